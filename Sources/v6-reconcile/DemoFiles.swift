/// What the demonstration pushes: a small desired state with one service of its own.
enum DemoFiles {
    static let desired = """
        environment: sandbox

        directories:
          /etc/v6: {mode: "0755"}

        files:
          /etc/v6/README: {source: files/README, mode: "0644"}

        services:
          demo-feed.service:
            unit: systemd/demo-feed.service
            enabled: true
            state: running

        health:
          stable_for: 1s

        """

    static let readme = """
        This folder is managed by v6-reconcile: what is changed here by hand is put back.

        """

    static func unit(running command: String) -> String {
        """
        [Unit]
        Description=A feed, for the demonstration

        [Service]
        ExecStart=/bin/sh -c '\(command)'
        Restart=on-failure

        [Install]
        WantedBy=multi-user.target

        """
    }

    static let goodCommand = "while :; do date; sleep 1; done"
    static let badCommand = "echo cannot find the feed; exit 3"
}

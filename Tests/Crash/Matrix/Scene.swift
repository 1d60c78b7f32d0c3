import Glibc
import SandboxKit
import TestKit

/// Something that a turn does, again and again, so that each time it can be disturbed elsewhere.
struct Scene: Sendable {
    let name: String
    /// How an undisturbed turn ends, and every plain one after it.
    let exit: Int32
    /// Whether it starts the supervisor, which outlives it and must not be traced.
    var startsSupervisor = false
    /// Whether it goes from one commit's state to the other's.
    var isBetweenStates = false
    /// Has the next turn do it, for the number-th time; even and odd ones go in two directions.
    let provoke: @Sendable (CrashBox, Int) throws -> Void

    static let all = [converge, heal, goBack, recover, release, first]

    /// From one commit to another: files, modes, links, trees and units come, change and go.
    static let converge = Scene(name: "converge", exit: 0, isBetweenStates: true) { crash, number in
        try crash.push(state: number % 2, "state \(number)")
    }

    /// What was changed by hand is healed.
    static let heal = Scene(name: "heal", exit: 0) { crash, number in
        if number == 0 { try crash.push(state: 0, "to be healed") }
        if number < 2 { _ = try crash.box.turn() }
        try crash.box.shell(
            """
            find "$HOST" -name '*.v6-displaced*' -delete
            echo "by hand \(number)" >"$HOST/etc/v6/README"
            chmod 0700 "$HOST/etc/v6"
            rm -rf "$HOST/srv/a" "$HOST/etc/v6/current" "$HOST/srv/tree/below"
            echo x >"$HOST/etc/v6/current"
            echo x >"$HOST/srv/tree/1"
            """)
        try crash.endServices()
    }

    /// A commit that fails is gone back from.
    static let goBack = Scene(name: "go-back", exit: 4) { crash, number in
        if number == 0 {
            try crash.push(state: 0, "healthy")
            _ = try crash.box.turn()
        }
        crash.write(
            state: 1, more: "  bad.service: {unit: systemd/bad.service, state: running}\n")
        // Fails before its start is over, however short the window is.
        crash.unit("bad.service", running: "/bin/sleep 1\nExecStartPre=/bin/false")
        crash.box.scratch.write("tree/desired/files/README", "Bad \(number).\n")
        try crash.box.push("bad \(number)")
    }

    /// What a killed turn began is finished.
    static let recover = Scene(name: "recover", exit: 0, isBetweenStates: true) { crash, number in
        try crash.push(state: number % 2, "state \(number)")
        _ = try crash.box.turn(injecting: "fsync:signal=SIGKILL:when=12")
    }

    /// Another release is fetched, laid out and switched to.
    static let release = Scene(name: "release", exit: 0) { crash, number in
        let state = number % 2
        let sum = try crash.box.shell(
            """
            cd ..; rm -rf artifact-\(state); mkdir -p artifact-\(state)/bin; cd artifact-\(state)
            printf '#!/bin/sh\\nexec /bin/sleep 40000\(state)\\n' >bin/more
            chmod 0755 bin/more
            echo '{"key": "\(state)", "programs": ["more"], "formats": {}}' >manifest.json
            tar --mtime=@0 --sort=name -cf - bin manifest.json |
                gzip -n >../artifact-\(state).tar.gz
            rm -rf "$HOST/var/lib/v6-reconcile/ready"
            now=$(readlink "$HOST/opt/v6/more" || true)
            for release in "$HOST/opt/v6/releases"/*; do
                [ "releases/${release##*/}" = "$now" ] || rm -rf "$release"
            done
            sha256sum <../artifact-\(state).tar.gz
            """
        ).prefix(64)
        crash.write(
            state: 1,
            more: """
                  more.service:
                    {unit: systemd/more.service, enabled: true, state: running, release: true}

                """,
            release: "{artifact: \(crash.box.scratch.path)/artifact-\(state).tar.gz, "
                + "sha256: \"\(sum)\"}")
        crash.unit("more.service", running: "/opt/v6/more/bin/more")
        try crash.box.push("release \(number)")
    }

    /// The first turn of a host.
    static let first = Scene(name: "first", exit: 0, startsSupervisor: true) { crash, number in
        _ = try crash.box.turn(["--down"])
        try crash.box.shell(
            """
            cd "$HOST"
            find . -mindepth 1 -maxdepth 1 ! -name etc ! -name lost+found -exec rm -rf {} +
            find etc -mindepth 1 -maxdepth 1 ! -name v6-reconcile -exec rm -rf {} +
            """)
        if number == 0 { try crash.push(state: 0, "first") }
    }
}

import Reconcile
import TestKit
import Testing
import YAML

@Suite struct SecretScanTests {
    private func found(_ text: String, _ path: String = "desired/files/x") -> [String] {
        secrets(in: Array(text.utf8), path: path).map {
            "\($0.mark.line):\($0.mark.column) \($0.what)"
        }
    }

    /// Put together here, so that no file of this project holds one.
    private static let key = "AKIA" + "ABCDEFGHIJ234567"
    private static let slack =
        "https://hooks.slack.com/services/" + "T01234567/B01234567/abcdefghijklmnopqrstuvwx"
    private static let discord =
        "https://discord.com/api/v10" + "/webhooks/123456789012345678/"
        + String(repeating: "aB3_", count: 17)

    /// Parts, put together here so that no file of this project holds a secret; the last of them
    /// is what should be found.
    private static let planted: [[String]] = [
        ["-----BEGIN OPENSSH ", "PRIVATE KEY-----\nabc\n", "1:1 a private key"],
        ["-----BEGIN ", "PRIVATE KEY-----\n", "1:1 a private key"],
        ["id: ", key, "\n", "1:5 a key of AWS"],
        ["a\nurl: {u: \"", slack, "\"}\n", "2:19 a webhook's address"],
        ["url: ", discord, "\n", "1:33 a webhook's address"],
        ["url: https://user:", "hunter2", "@example.net/x\n", "1:11 a password in an address"],
        ["t: ghp_", "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "1:4 a token of GitHub"],
        ["t: xoxb-", "12345678901-abc", "1:4 a token of Slack"],
        ["t: eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxIn0.abc\n", "1:4 a signed token"],
        ["password: ", "hunter2\n", "1:9 what is called password stands"],
        ["  ib_password: ", "\"hunter2 x\"  # mine\n", "1:14 what is called ib_password stands"],
        ["Environment=API_KEY=", "abcdef\n", "1:20 what is called api_key stands"],
        ["{\"clientSecret\": ", "\"abcd\"}\n", "1:16 what is called clientsecret stands"],
        ["x: {token: ", "abcdef, y: 1}\n", "1:10 what is called token stands"],
        ["SetCredential=", "ib:hunter2\n", "1:14 what is called a credential stands"],
        ["# token: ", "abcdef\n", "1:8 what is called token stands"],
    ]

    @Test(arguments: planted)
    func aSecretIsFoundWhereItStands(_ parts: [String]) {
        #expect(found(parts.dropLast().joined()) == [parts.last])
    }

    @Test(arguments: [
        "url: {credential: slack-webhook}\n", "token: ${TOKEN}\n", "token: $TOKEN\n",
        "password: {credential: ib}\n", "password:\n", "password: /run/credentials/x\n",
        "LoadCredential=token:/etc/v6-reconcile/token\n", "secret: ****\n", "token: <yours>\n",
        "The token: ask whoever runs it.\n", "password = settings.password\n",
        "token = read_token(path)\n", "https://example.net:8443/x\n", "ssh://git@example.net/x\n",
        "https://user:${PASSWORD}@example.net/\n", "-----BEGIN CERTIFICATE-----\n",
        "AKIA is how keys of AWS begin\n", "SetCredentialEncrypted=ib: abc\n", "eyJ\n",
        "secrets: 3\n",
        "password_file: keys/ib.txt\n", "-----BEGIN PUBLIC KEY-----\n", "token: null\n",
    ])
    func whatOnlyNamesOneIsNoSecret(_ text: String) { #expect(found(text) == []) }

    @Test func aDocumentWithASecretIsRefusedAndTheSecretNotShown() {
        let commit = Commit(
            """
            environment: paper
            alerts: {sinks: {chat: {kind: slack, url: "\(Self.slack)"}}}
            password: hunter2
            """)
        let complaint = commit.complaint
        #expect(
            complaint.split(separator: "\n").map { $0.prefix { $0 != ";" } } == [
                "desired/paper.yaml:2:52: a webhook's address in plain text: "
                    + "whoever reads this commit has it",
                "desired/paper.yaml:3:9: what is called password stands in plain text: "
                    + "whoever reads this commit has it",
            ])
        #expect(!complaint.contains("hunter2") && !complaint.contains("T01234567"))
    }

    @Test func aUnitFileIsLookedAtToo() {
        var commit = Commit("services: {x.service: {unit: systemd/x.service}}\n")
        commit.units = ["x.service": Commit.service("Environment=IB_PASSWORD=hunter2")]
        #expect(commit.complaint.hasPrefix("systemd/x.service:5:24: what is called ib_password"))
    }

    @Test func anyBytesAreReadToTheirEnd() {
        var dice = Dice(seed: 5)
        let pieces = [
            "password", ": ", "=", "AKIA", "eyJ", "://", "@", "-----BEGIN ", "\n", "\0", "\"", "/",
            "/webhooks/", "hooks.slack.com/services/", "x", "é", "ghp_", "'", "{", " ",
        ]
        for _ in 0..<5_000 {
            let text = (0..<dice.below(12)).map { _ in pieces[dice.below(pieces.count)] }.joined()
            for finding in secrets(in: Array(text.utf8), path: "x") {
                #expect(finding.mark.line >= 1 && finding.mark.column >= 1)
            }
        }
    }
}

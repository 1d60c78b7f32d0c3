import Reconcile
import TestKit
import Testing
import YAML

@Suite struct HostReference {
    @Test func theHostsPageIsTheReadersTable() {
        #expect(differenceFromKept(Self.page, "../../../docs/host.md") == nil)
    }

    /// What may stand under no key: a list within a list.
    @Test(
        arguments: HostSettings.table + HostSettings.signatureTable + HostSettings.buildTable)
    func everyKeyOfTheTableIsReadAndNamedWhenItsValueIsNone(_ field: Field) throws {
        #expect(field.summary.hasSuffix("."))
        let inner = ["signatures": HostSettings.signatureTable, "build": HostSettings.buildTable]
        let above = inner.first { $0.value.contains(field) }?.key
        let text = above.map { "\($0): {\(field.key): [[]]}\n" } ?? "\(field.key): [[]]\n"
        let faults = #expect(throws: YAMLFaults.self) {
            try HostSettings.read(
                YAMLSource(name: HostSettings.path, bytes: Array(text.utf8)),
                environmentDefault: "paper")
        }
        let problem = try #require(faults?.faults.first?.problem)
        #expect(problem.contains(field.key), "\(problem)")
    }

    @Test func whatTheTableSaysOfKeysThatAreLeftOutIsSo() throws {
        let left = try HostSettings.read(
            YAMLSource(name: "host.yaml", bytes: Array("environment: paper\n".utf8)),
            environmentDefault: nil)
        let standards = HostSettings.table.filter { $0.standard != nil }
        var written = "environment: paper\n"
        for field in standards { written += "\(field.key): \(field.standard ?? "")\n" }
        let same = try HostSettings.read(
            YAMLSource(name: "host.yaml", bytes: Array(written.utf8)), environmentDefault: nil)
        #expect(standards.map(\.key) == ["branch", "roots", "deletions_max", "clock"])
        #expect(left == same)
    }

    private static let page = """
        # host.yaml, key by key

        Made from the table that the reader uses (`HostSettings+Table.swift`); a test keeps the two
        equal, `RECORD=1 swift test --filter HostReference` writes this page anew.

        `\(HostSettings.path)` is what a host trusts: which repository it follows, as which
        environment, and how far a commit may go. A person writes it on the host, as root; no
        commit can change it, nor anything else in its folder. It is read at the beginning of every
        command. A key that is not here is refused, with all other faults at once, and nothing is
        done.

            environment: paper
            repository: https://git.example.net/ops/v6.git
            signatures: {required: false}

        Below `--root DIR` the file is `DIR\(HostSettings.path)`; there it may be missing
        altogether.

        \(table(HostSettings.table))
        ## `signatures`

        \(table(HostSettings.signatureTable))
        ## `build`

        \(table(HostSettings.buildTable))
        ## The other file

        `\(HostVariables.path)` beside it may override single values of desired state, one
        `NAME=VALUE` a line; the names are in [desired.md](desired.md#variables-of-a-host).

        """

    private static func table(_ fields: [Field]) -> String {
        "| key | what may stand there | left out | meaning |\n|---|---|---|---|\n"
            + fields.map(row).joined()
    }

    private static func row(_ field: Field) -> String {
        let row = SchemaReference.row(field)
        guard field.key == "repository" else { return row }
        return row.replacing(
            SchemaReference.words(field.shape), with: "a git URL, or a list of them")
    }
}

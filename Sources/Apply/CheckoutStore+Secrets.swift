import JSON
import Machine
import Reconcile
import YAML

extension CheckoutStore {
    /// Written only where there are any; a checkout without it has none that were looked for.
    static let secretsName = "secrets"

    /// Secrets in the files of a commit; looked for once, when it is laid out, because that reads
    /// every byte.
    static func secrets(in contents: [(path: String, bytes: [UInt8])]) -> [SecretFinding] {
        contents.flatMap { Reconcile.secrets(in: $0.bytes, path: $0.path) }
    }

    static func secretsText(_ findings: [SecretFinding]) -> String {
        JSONValue.array(
            findings.map {
                [
                    "path": .string($0.mark.document), "line": .integer(Int64($0.mark.line)),
                    "column": .integer(Int64($0.mark.column)), "what": .string($0.what),
                ]
            }
        ).text()
    }

    /// Reads what `secretsText` wrote.
    static func secrets(_ bytes: [UInt8], of name: String) throws(MachineError) -> [SecretFinding] {
        let broken = MachineError(
            "read", "the secrets found in checkout \(name)", .found("they are broken"))
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(bytes)
        } catch {
            throw broken
        }
        guard let items = value.asArray else { throw broken }
        var findings: [SecretFinding] = []
        for item in items {
            guard let path = item["path"]?.asString, let what = item["what"]?.asString,
                let line = item["line"]?.asInteger, let column = item["column"]?.asInteger
            else { throw broken }
            let mark = YAMLMark(
                document: path, line: Int(clamping: line), column: Int(clamping: column))
            findings.append(SecretFinding(mark: mark, what: what))
        }
        return findings
    }
}

import Reconcile
import TestKit
import Testing

@Suite struct SchemaReference {
    @Test func theReferencePageIsTheSchema() {
        #expect(differenceFromKept(Self.page, "../../../docs/desired.md") == nil)
    }

    @Test func everyFieldSaysWhatItMeansAndEveryStandardIsOfItsKind() {
        var seen = 0
        func walk(_ shape: Shape, _ place: String) {
            switch shape {
            case .scalar: break
            case .list(let inner), .table(_, let inner): walk(inner, place)
            case .map(let fields):
                #expect(Set(fields.map(\.key)).count == fields.count, "\(place)")
                for field in fields {
                    seen += 1
                    #expect(field.summary.hasSuffix("."), "\(place).\(field.key)")
                    walk(field.shape, "\(place).\(field.key)")
                }
            }
        }
        walk(Schema.desired, "desired")
        #expect(seen > 100)
    }

    private static let page = """
        # Desired state, field by field

        Made from the table that the reader uses (`Sources/Reconcile/Schema`); a test keeps the two
        equal, `RECORD=1 swift test --filter SchemaReference` writes this page anew.

        `desired/ENVIRONMENT.yaml` is laid over what it `extends`: maps merge, lists replace, null
        removes. `v6-reconcile validate --desired . --environment paper` tells every fault at once;
        with `--show --origin`, what holds and why. For editors: `v6-reconcile validate --schema`.

        \(sections("", Schema.desired).joined(separator: "\n"))
        ## Notations

        | kind | written as |
        |---|---|
        | duration | `30s` `5m` `2h` `1d`; never a number alone |
        | money | `1000 USD`, at most two decimals |
        | percentage | `2%`, `0.25%` |
        | time | `17:00 America/New_York`, never without its zone |
        | size | `512B` `64KiB` `64MiB` `1GiB` |
        | mode | `"0640"`, in quotes |
        | truth | `true` or `false`, nothing else |
        | secret | never: `{credential: NAME}` names one that the host keeps |

        ## Variables of a host

        One `NAME=VALUE` a line in `\(HostVariables.path)`. The caller's environment is never read.
        What a host trusts stands beside it, in `host.yaml`: [host.md](host.md).

        | variable | stands for | may say |
        |---|---|---|
        \(HostVariables.table.map { "| `\($0.name)` | `\($0.place)` | \($0.direction.words) |" }
            .joined(separator: "\n"))

        """

    /// A table for each mapping, the outermost first.
    private static func sections(_ place: String, _ shape: Shape) -> [String] {
        switch shape {
        case .scalar: return []
        case .list(let item): return sections(place + "[]", item)
        case .table(let names, let value):
            return sections(place + "." + name(of: names), value)
        case .map(let fields):
            let live = fields.filter { $0.successor == nil }
            let gone = fields.filter { $0.successor != nil }
            var text = place.isEmpty ? "" : "## `\(place.drop { $0 == "." })`\n\n"
            text += "| key | what may stand there | left out | meaning |\n|---|---|---|---|\n"
            text += live.map(row).joined()
            if !gone.isEmpty {
                text += "\nRemoved: "
                text += gone.map { "`\($0.key)` (now `\($0.successor ?? "")`)" }
                    .joined(separator: ", ")
                text += ".\n"
            }
            return [text] + live.flatMap { sections("\(place).\($0.key)", $0.shape) }
        }
    }

    static func row(_ field: Field) -> String {
        let left = field.standard.map { "`\($0)`" }
        let needed = field.needed != nil ? "a fault" : nil
        let read = field.isNeededWhenRead ? "a fault where a unit reads it" : nil
        return "| `\(field.key)` | \(words(field.shape)) | \(left ?? needed ?? read ?? "") "
            + "| \(field.summary) |\n"
    }

    static func words(_ shape: Shape) -> String {
        switch shape {
        case .scalar(let scalar): scalar.wanted
        case .list(let item): "list: \(words(item))"
        case .map: "mapping, see below"
        case .table(let names, .scalar(let scalar)):
            "mapping of \(name(of: names)) to \(scalar.wanted)"
        case .table(let names, _): "mapping of \(name(of: names)), see below"
        }
    }

    private static func name(of scalar: Scalar) -> String {
        switch scalar {
        case .managedPath: "PATH"
        case .unit: "UNIT"
        default: "NAME"
        }
    }
}

import Digest
import Facts
import Git
import JSON
import Machine
import Reconcile
import Services
import UnitFile
import YAML

/// A reader of bytes that others wrote. It may refuse them; it may not crash, hang or eat the
/// memory, and what it takes it must take the same way again.
enum FuzzTarget: String, CaseIterable {
    case yaml, unit, json, journal, show, git, plan, status, state, release, tws, orders,
        simulator
    /// Not a reader: it crashes on three bytes, and so proves that a crash would be found.
    case planted

    func run(_ bytes: [UInt8]) {
        switch self {
        case .yaml: runYAML(bytes)
        case .unit: runUnit(bytes)
        case .json: runJSON(bytes)
        case .journal: runJournal(bytes)
        case .show: runShow(bytes)
        case .git: runGit(bytes)
        case .plan: runPlan(bytes)
        case .status: runStatus(bytes)
        case .state: runState(bytes)
        case .release: runRelease(bytes)
        case .tws: runTWS(bytes)
        case .orders: runOrders(bytes)
        case .simulator: runSimulator(bytes)
        case .planted: runPlanted(bytes)
        }
    }

    /// The host's own file, and desired state of one document over another.
    private func runYAML(_ bytes: [UInt8]) {
        do throws(YAMLFaults) {
            _ = try HostSettings.read(
                YAMLSource(name: "host.yaml", bytes: bytes), environmentDefault: "sandbox")
        } catch {
            precondition(!error.faults.isEmpty, "a refusal names a fault")
        }
        let common = Array("environment: sandbox\nhealth: {stable_for: 1s}\n".utf8)
        let unit = Array("[Service]\nExecStart=/bin/true\n".utf8)
        let entry = Checkout.Entry(digest: .of(unit), size: unit.count)
        let checkout = Checkout(
            entries: ["desired/files/README": entry, "systemd/feed.service": entry],
            texts: [
                "desired/sandbox.yaml": bytes, "desired/common.yaml": common,
                "systemd/feed.service": unit,
            ])
        do throws(YAMLFaults) {
            let roots = HostSettings.defaultRoots
            let desired = try readDesired("sandbox", from: checkout, roots: roots)
            let again = try readDesired("sandbox", from: checkout, roots: roots)
            precondition(desired.contentDigest == again.contentDigest, "the same twice")
        } catch {
            for fault in error.faults { _ = describe(fault, in: checkout.sources) }
        }
    }

    private func runUnit(_ bytes: [UInt8]) {
        do throws(UnitFileError) {
            let unit = try UnitText.parse(bytes, name: "v6-x.service")
            let again = try UnitText.parse(bytes, name: "v6-x.service")
            precondition(again == unit, "the same twice")
        } catch {
            precondition(error.line ?? 1 > 0, "a refusal names a line")
        }
    }

    private func runJSON(_ bytes: [UInt8]) {
        do throws(JSONError) {
            let value = try JSONValue.parse(bytes)
            for pretty in [true, false] {
                let again = try JSONValue.parse(Array(value.text(pretty: pretty).utf8))
                precondition(again == value, "what is printed is what was read")
            }
        } catch {
            _ = "\(error)"
        }
    }

    private func runJournal(_ bytes: [UInt8]) {
        var chain = JournalChain(remembered: nil)
        for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
            chain.add(Array(line))
        }
        chain.end(halfLine: Array(bytes.suffix(40)))
        _ = chain.json.text()
    }

    private func runPlan(_ bytes: [UInt8]) {
        do {
            let document = try JSONValue.parse(bytes)
            let plan = try SavedPlan(document)
            let again = try SavedPlan(plan.document(document))
            precondition(again == plan, "what is written is what was read")
            _ = plan.binding.changes(to: plan.binding)
        } catch {
            _ = "\(error)"
        }
    }

    private func runShow(_ bytes: [UInt8]) {
        let units = ["v6-cap-run.service", "v6-cap-none.service"].compactMap { UnitName($0) }
        for asked in [units, Array(units.prefix(1))] {
            do throws(BadShow) {
                let found = try SystemctlShow.statuses(in: bytes, of: asked, epochUs: 1 << 40)
                precondition(found.count == asked.count, "a status for each unit")
            } catch {
                _ = "\(error)"
            }
        }
    }

    private func runPlanted(_ bytes: [UInt8]) {
        guard bytes.count > 2, bytes[0] == UInt8(ascii: "v"), bytes[1] == UInt8(ascii: "6") else {
            return
        }
        // An optimised precondition traps without its words, and `Tests/fuzz` looks for them.
        if bytes[2] == UInt8(ascii: "!") { fatalError("planted: this crash has to be found") }
    }
}

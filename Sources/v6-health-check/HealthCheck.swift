import Checkup
import CommandLine
import Facts
import Glibc
import Health
import JSON
import Machine
import Services

/// The whole program, put together for one command line.
struct HealthCheck {
    let wanted: Wanted
    /// The folder that stands for `/`; nil on the host itself.
    let sandbox: String?
    /// Whether the service manager gave it a folder to remember in.
    let isService: Bool

    /// Looks once, and says what was found.
    ///
    /// - Returns: the exit status.
    /// - Throws: `UsageError` when options and configuration do not go together.
    func run() throws(UsageError) -> Int32 {
        guard let documents = documents() else { return HealthReport.exitStatusUnknown }
        let usesMemory = isService && wanted.usesMemory
        let found = documents.read(usesMemory: usesMemory)
        var settings = HealthSettings()
        let problems = settings.take(found.configuration)
        if sandbox != nil {
            // Turns are made by hand there, and v6-reconcile looks at the units.
            settings.lastTurn = .never
            settings.ignoredUnits.formUnion(found.turn.value?.units.keys.map(\.self) ?? [])
        }
        try wanted.add(to: &settings)
        var seen = look.seen(settings, found.turn)
        seen.problems = problems
        seen.hasTurns = found.hasTurns
        let memory = usesMemory ? found.memory ?? HealthMemory(looked: seen.now) : nil
        let (report, remembered) = settings.judge(seen, memory)
        if usesMemory {
            let text = remembered.json.text(pretty: true) + "\n"
            warn(
                "the next look remembers nothing",
                documents.write(Documents.memoryPath, text, mode: 0o600))
        }
        if let textfile = wanted.textfile {
            warn(
                "no metrics are written",
                documents.write(textfile.text, report.metrics, mode: 0o644))
        }
        print(wanted.isJSON ? report.json.text(pretty: true) + "\n" : report.text, terminator: "")
        return report.exitStatus
    }

    private func documents() -> Documents? {
        do throws(MachineError) {
            // Root changes nothing in folders of others; its own account does, in its own.
            let isRoot = sandbox == nil && geteuid() == 0
            return Documents(files: try HostFiles(root: sandbox ?? "/", honoursOwners: isRoot))
        } catch {
            complain("v6-health-check: \(error)")
            return nil
        }
    }

    /// The look at this host, or at the sandbox.
    private var look: Look {
        guard let sandbox else {
            let systemd = Systemd(commands: SpawnedCommands(), clock: RealClock())
            return Look(
                gauges: RealGauges(), clock: RealClock(), unitSource: .manager(systemd), root: "")
        }
        let reason = "units of a sandbox are looked at by v6-reconcile status"
        return Look(
            gauges: RealGauges(), clock: RealClock(), unitSource: .nobody(reason), root: sandbox)
    }

    private func warn(_ loss: String, _ reason: String?) {
        if let reason { complain("warning: \(loss): \(reason)") }
    }
}

/// Prints a line to standard error.
func complain(_ text: String) {
    let words = Array("\(text)\n".utf8)
    write(2, words, words.count)
}

import Apply
import CommandLine
import Facts
import Git
import Glibc
import JSON
import Machine
import Reconcile

/// Shows what a turn would do; takes no lock and leaves no file.
func showPlan(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    let scratch = ScratchState(wiring)
    let target = try plannedTarget(command, wiring, scratch)
    return try show(target, command, wiring)
}

/// `isRollback`: a person asks for it, so neither a suspension nor an earlier rollback bars it.
func show(
    _ target: Target, _ command: ParsedCommand, _ wiring: Wiring, isRollback: Bool = false
) throws(CommandError) -> Int32 {
    let record = try attempt { () throws(MachineError) in try wiring.state.record() }
    let quarantine = try attempt { () throws(MachineError) in try wiring.state.quarantine() }
    let index = wiring.state.fileIndex(
        nowUs: wiring.clock.wallUs(), readsAll: command.has("read-all"))
    let key = try attempt { () throws(MachineError) in
        try FingerprintKey.kept(in: wiring.state)
    }
    let observed = wiring.observer.observe(
        target.desired, contents: target.contents, inventory: record.inventory,
        made: record.made, moved: record.originals.moved, index: index, key: key,
        programs: target.programs)
    let nowUs = wiring.clock.wallUs()
    var live = record.live
    live.holds = try attempt { () throws(MachineError) in
        try wiring.state.holds(atUs: nowUs).mapValues(\.words)
    }
    let plan = plan(
        desired: target.desired, observed: observed, live: live,
        deletionsMax: isRollback ? nil : wiring.settings.deletionsMax)
    let content = target.content
    let entry = record.healthy?.content == content ? nil : quarantine.entry(for: target)
    var context = PlanContext(
        desired: target.label, live: record.applied?.label, healthy: record.healthy?.label,
        quarantine: entry?.reason)
    if !isRollback { context.bars = try wiring.bars(target, record, nowUs: nowUs) }
    let asked = command.value("out") != nil || command.has("json")
    guard asked else {
        printOut(plan.text(context))
        return plan.exitCode(context)
    }
    let lifetime = command.value("for").flatMap { Duration(desired: $0) }
    let made = try attempt { () throws(MachineError) in
        try MadePlan(
            plan, for: target, observed, by: wiring.observer, nowUs: nowUs,
            lifetime: lifetime ?? PlanBinding.lifetimeDefault)
    }
    let document = plan.json(context, made.sides, made.binding, at: WallTime(us: nowUs))
    printOut(command.has("json") ? document.text(pretty: true) : plan.text(context))
    if let out = command.value("out") {
        try save(
            SavedPlan(made.binding).document(document), to: out, plan, context,
            root: command.value("root"))
    }
    return plan.exitCode(context)
}

/// Keeps a plan that may be applied; one that may not be is shown and not kept.
private func save(
    _ document: JSONValue, to path: String, _ plan: Plan, _ context: PlanContext, root: String?
) throws(CommandError) {
    guard plan.obstacles.isEmpty, context.quarantine == nil, context.bars.isEmpty else {
        return printError("warning: not saved: this plan cannot be applied")
    }
    try SavedPlanFile(path: path).write(document)
    let expires = document["binding"]?["expires_at"]?.asString ?? ""
    printError("Saved until \(expires): v6-reconcile --apply \(path)".keeping(root))
}

extension Wiring {
    /// Gates that bar a turn towards this as a whole.
    fileprivate func bars(
        _ target: Target, _ record: Record, nowUs: Int64
    ) throws(CommandError) -> [Gate] {
        var bars: [Gate] = []
        let suspension = try attempt { () throws(MachineError) in
            try state.suspension(atUs: nowUs)
        }
        if let suspension { bars.append(.suspension(suspension)) }
        if let pin = record.pinned, pin.tip == target.checkout { bars.append(.rollback(pin)) }
        return bars
    }
}

extension Plan {
    /// Design, section 6: what `--plan` ends with.
    func exitCode(_ context: PlanContext) -> Int32 {
        if !obstacles.isEmpty { return 1 }
        if context.quarantine != nil { return 4 }
        if !held.isEmpty || (!context.bars.isEmpty && !changes.isEmpty) { return 3 }
        return changes.isEmpty ? 0 : 2
    }
}

/// The commit to plan for: what was fetched last, or with `--refresh`, or when nothing was ever
/// fetched, the branch as it is now, through a mirror that is removed again.
///
/// `explains`: whether it keeps all that was read on the way.
func plannedTarget(
    _ command: ParsedCommand, _ wiring: Wiring, _ scratch: ScratchState, explains: Bool = false
) throws(CommandError) -> Target {
    if !command.has("refresh") {
        var here = try wiring.targets(wiring.state, wiring.files, as: wiring.knownAccount)
        here.explains = explains
        if let known = try found({ () throws(TargetError) in try here.known() }) { return known }
    }
    let (state, files) = try scratch.open()
    var targets = try wiring.targets(state, files, as: wiring.knownAccount)
    targets.explains = explains
    return try found { () throws(TargetError) in try targets.newest().target }
}

/// A state folder outside the host's own, removed with this value; nothing is made before `open`.
final class ScratchState {
    private let accounts: Accounts
    private let wiring: Wiring
    private var files: HostFiles?
    private var folder = ""

    init(_ wiring: Wiring) {
        accounts = wiring.accounts
        self.wiring = wiring
    }

    deinit {
        guard let files else { return }
        do throws(MachineError) {
            try files.removeTree(try StateFolder.hostPath("/var"))
        } catch {
            printError("warning: \(error)")
        }
        rmdir(folder)
    }

    func open() throws(CommandError) -> (StateFolder, HostFiles) {
        var template = Array("/tmp/v6-plan-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandError("error: cannot make a folder in /tmp for the plan")
        }
        folder = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let path = folder
        // Removed without regard to whose it is: it was all made here.
        self.files = try attempt { () throws(MachineError) in
            try HostFiles(root: path, honoursOwners: false)
        }
        var isGitsOwn = false
        if case .user = wiring.knownAccount { isGitsOwn = true }
        // Git's own account passes through to its mirror.
        if isGitsOwn { chmod(path, 0o711) }
        let honoursOwners = isGitsOwn
        let files = try attempt { () throws(MachineError) in
            try HostFiles(root: path, honoursOwners: honoursOwners)
        }
        let state = StateFolder(files: files, accounts: accounts)
        try attempt { () throws(MachineError) in try state.prepare() }
        return (state, files)
    }
}

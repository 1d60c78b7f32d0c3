import Facts

/// All that the supervisor remembers of one unit.
struct UnitRecord: Hashable, Sendable {
    /// Which command of a service is at work.
    enum Step: Hashable, Sendable {
        /// The `ExecStartPre=` of this number.
        case preparation(Int)
        /// The `ExecStart=` of this number.
        case command(Int)
    }

    enum Phase: Hashable, Sendable {
        case inactive
        case failed
        /// A child was asked for; the driver has not said yet whether it runs.
        case launching(Step)
        /// A child runs, and the unit does not count as started yet.
        case starting(Step, process: Int32)
        case running(process: Int32)
        /// A oneshot that is over, and remains.
        case exited
        /// A timer or target that was started.
        case standing
        /// The main process was told to end, or said that it will.
        case stopping(Step, process: Int32, isKilled: Bool)
        /// It ended, and starts again when the deadline comes.
        case pausing
    }

    /// What was loaded; nil when there was no file.
    var definition: UnitDefinition?
    /// The settings of a service, kept while it runs also when its file has gone.
    var settings: ServiceSettings?
    var phase = Phase.inactive
    /// When the phase is over by itself; nil: never.
    var deadline: Duration?
    var result = RunResult.success
    var invocation = ""
    /// Automatic restarts since it was last started by somebody.
    var restarts = 0
    var exitStatus: Int32 = 0
    /// When it last left `inactive`, and when it last came to rest.
    var startedAt: Duration?
    var endedAt: Duration?
    /// When a timer last elapsed, since it was started.
    var elapsedAt: Duration?
    /// Place in the order of starts, over all units.
    var order = 0
    /// The starts that count for the start limit, oldest first.
    var recentStarts: [Duration] = []
    /// Somebody asked for the end, so that there is no automatic restart after it.
    var isStopAsked = false
    /// It is started again as soon as it has ended.
    var startsAgain = false
    var startRequests: [Int] = []
    var stopRequests: [Int] = []

    var isAtRest: Bool { phase == .inactive || phase == .failed }

    /// The child that is at work; nil when there is none.
    var process: Int32? {
        switch phase {
        case .starting(_, let process), .running(let process), .stopping(_, let process, _):
            process
        case .inactive, .failed, .launching, .exited, .standing, .pausing: nil
        }
    }

    /// The child that counts as the main process.
    var mainProcess: Int32? {
        switch phase {
        case .starting(.command, let process), .stopping(.command, let process, _),
            .running(let process):
            process
        case .starting(.preparation, _), .stopping(.preparation, _, _), .inactive, .failed,
            .launching, .exited, .standing, .pausing:
            nil
        }
    }

    mutating func load(_ new: UnitDefinition?) {
        definition = new
        if case .service(let loaded)? = new?.content { settings = loaded }
    }
}

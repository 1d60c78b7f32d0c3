package import Facts

/// What happened, told to the table of units with the instant at which it did.
package enum SupervisorEvent: Hashable, Sendable {
    /// Somebody asks; the answer comes as an action with the same request number.
    case startAsked(UnitName, request: Int)
    case stopAsked(UnitName, request: Int)
    case restartAsked(UnitName, request: Int)
    /// That a unit failed is to be forgotten.
    case resetAsked(UnitName, request: Int)
    /// Everything is to be stopped, the last started first, and then the supervisor ends.
    case shutDownAsked(request: Int)
    /// All unit files were read anew; a unit that is not among them has no file now.
    case filesLoaded([UnitName: UnitDefinition])
    /// One unit file was read, because somebody named a unit that was not loaded.
    case fileLoaded(UnitName, UnitDefinition)
    /// A `spawn` action was carried out.
    case spawned(UnitName, process: Int32)
    /// A `spawn` action could not be carried out: the program cannot be executed.
    case spawnFailed(UnitName)
    case ended(process: Int32, ProcessEnding)
    /// An sd_notify message: the fields, the process that sent it, and that one's session.
    case notified(sender: Int32, session: Int32, fields: [String: String])
    case timePassed
}

/// What the driver is to do, in this order.
package enum SupervisorAction: Hashable, Sendable {
    /// Start a child, in a session of its own, and say at once whether it was `spawned`.
    case spawn(UnitName, ChildCommand)
    /// Send a signal to a child, or to its whole process group.
    case signal(process: Int32, ChildSignal, wholeGroup: Bool)
    case answer(request: Int, SupervisorAnswer)
    /// Everything is stopped: the supervisor ends.
    case end
}

/// A child to start: the path as the unit file has it, nothing looked up yet.
package struct ChildCommand: Hashable, Sendable {
    /// As the unit file has it.
    package var program: String
    /// What the process is called, when that is not the program's path.
    package var calledAs: String?
    /// Without the name of the process.
    package var arguments: [String]
    /// The whole environment.
    package var environment: [String: String]

    package init(
        program: String, calledAs: String? = nil, arguments: [String] = [],
        environment: [String: String] = [:]
    ) {
        self.program = program
        self.calledAs = calledAs
        self.arguments = arguments
        self.environment = environment
    }
}

/// SIGTERM and SIGKILL.
package enum ChildSignal: Hashable, Sendable {
    case terminate, kill
}

/// How a request ended.
package enum SupervisorAnswer: Hashable, Sendable {
    case done
    /// In one sentence.
    case failed(String)
}

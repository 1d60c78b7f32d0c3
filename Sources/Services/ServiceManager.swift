package import Facts

/// Whoever starts and stops the services of a host: systemd, or the embedded supervisor.
package protocol ServiceManager: Sendable {
    /// Looks at all these units in one call.
    ///
    /// - Returns: a status for each; a unit that the manager has no file of has `load` `not-found`.
    /// - Throws: `ServicesError` when the manager did not answer: then nothing is known of any.
    func look(at units: [UnitName]) throws(ServicesError) -> [UnitName: UnitStatus]

    /// Makes the manager load the unit files as they are on disk.
    func loadUnitFiles() throws(ServicesError)

    /// Carries one action out and waits until it has ended.
    func perform(_ action: UnitAction, on unit: UnitName) throws(ServicesError)

    /// Has the manager read unit files before they are installed; nothing is changed.
    ///
    /// - Parameter staged: absolute paths, as the operating system sees them, of unit files whose
    ///   file names are the unit names.
    /// - Throws: `ServicesError` with the manager's own words, when it would refuse one of them.
    func check(staged: [String]) throws(ServicesError)

    /// Whether there is a program where a start of a unit would look this one up.
    func hasProgram(_ program: HostPath) -> Bool
}

/// What a service manager would not or could not do.
package struct ServicesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// How the attempt ended.
    package enum Ending: Hashable, Sendable {
        /// The manager refused, or the unit failed; in the manager's words.
        case failed(String)
        /// No answer within the deadline: what happened is not known.
        case hung(Duration)
        /// The manager could not be asked at all.
        case unreachable(String)
    }

    /// What was tried, as a verb: `start`, `look at`.
    package let tried: String
    /// On what: a unit's name, or `units`.
    package let subject: String
    package let ending: Ending

    package init(_ tried: String, _ subject: String, _ ending: Ending) {
        self.tried = tried
        self.subject = subject
        self.ending = ending
    }

    /// Whether the unit itself is to blame: another content could have gone well.
    package var isFaultOfUnit: Bool {
        if case .failed = ending { true } else { false }
    }

    package var description: String {
        switch ending {
        case .failed(let words): "cannot \(tried) \(subject): \(words)"
        case .hung(let deadline): "\(tried) \(subject): no answer within \(deadline)"
        case .unreachable(let reason): "cannot \(tried) \(subject): \(reason)"
        }
    }
}

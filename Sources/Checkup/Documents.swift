package import Facts
package import Health
package import JSON
package import Machine

/// The documents that a look at the host reads and writes, below one root.
package struct Documents: Sendable {
    /// What looks remember, below the folder that systemd gives the health check's service.
    package static let memoryPath = "/var/lib/v6/v6-health-check/memory.json"

    let files: HostFiles

    /// `files`: the root.
    package init(files: HostFiles) { self.files = files }

    private static let bytesMax = 16 << 20

    /// The rendered configuration, the last turn, what is remembered, and whether turns are made
    /// here: all asked at once, none waited for longer than the deadline.
    package func read(usesMemory: Bool) -> Found {
        let configuration = Question { document(HealthSettings.path) }
        let turn = Question { document(TurnStatus.path) }
        let memory = Question { usesMemory ? document(Self.memoryPath) : .absent }
        let hasTurns = Question { [files] in
            reading { () throws(MachineError) in
                try files.list(try path("/etc/v6-reconcile"))?.contains("host.yaml") ?? false
            }
        }
        let end = ContinuousClock.now + Look.deadline
        return Found(
            configuration: configuration.reading(by: end), turn: Self.turn(turn.reading(by: end)),
            memory: memory.reading(by: end).value.flatMap { HealthMemory($0) },
            hasTurns: hasTurns.reading(by: end).value ?? true)
    }

    /// What of it could be read in time.
    package struct Found {
        /// What a turn rendered for the health check.
        package let configuration: Reading<JSONValue>
        /// What the last turn left.
        package let turn: Reading<TurnStatus>
        /// What earlier looks found; nil where there were none, or where it was not asked for.
        package let memory: HealthMemory?
        /// Whether there is a host.yaml; true where nobody can tell.
        package let hasTurns: Bool
    }

    /// Replaces a document, in one rename.
    ///
    /// - Returns: why it could not be; nil when it was.
    package func write(_ path: String, _ text: String, mode: UInt32) -> String? {
        let written = Question { [files] in
            reading { () throws(MachineError) in
                try files.replaceCache(try self.path(path), with: Array(text.utf8), mode: mode)
                return true
            }
        }
        let answer = written.reading(by: ContinuousClock.now + Look.deadline)
        if case .unreadable(let reason) = answer { return reason }
        return nil
    }

    private func document(_ name: String) -> Reading<JSONValue> {
        let bytes: [UInt8]
        do throws(MachineError) {
            bytes = try files.read(try path(name), bytesMax: Self.bytesMax)
        } catch {
            return error.isAbsence ? .absent : .unreadable(reason: error.description)
        }
        do throws(JSONError) {
            return .present(try JSONValue.parse(bytes))
        } catch {
            return .unreadable(reason: "\(name): \(error)")
        }
    }

    private static func turn(_ document: Reading<JSONValue>) -> Reading<TurnStatus> {
        switch document {
        case .absent: .absent
        case .unreadable(let reason): .unreadable(reason: reason)
        case .present(let json):
            TurnStatus(json).map { .present($0) }
                ?? .unreadable(reason: "\(TurnStatus.path) is of no shape known here")
        }
    }

    private func path(_ text: String) throws(MachineError) -> HostPath {
        do throws(BadPath) {
            return try HostPath(text)
        } catch {
            throw MachineError("use", text, .found(error.description))
        }
    }
}

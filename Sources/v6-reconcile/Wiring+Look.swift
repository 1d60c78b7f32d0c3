import Apply
import Facts
import Health
import JSON
import Machine
import Services

extension Wiring {
    /// What the last turn left for eyes.
    var lastTurn: Reading<TurnStatus> {
        switch document(TurnStatus.path) {
        case .absent: .absent
        case .unreadable(let reason): .unreadable(reason: reason)
        case .present(let json):
            TurnStatus(json).map { .present($0) }
                ?? .unreadable(reason: "\(TurnStatus.path) is of no shape known here")
        }
    }

    /// A JSON document below the root.
    func document(_ name: String) -> Reading<JSONValue> {
        let bytes: [UInt8]
        do throws(MachineError) {
            bytes = try files.read(try StateFolder.hostPath(name))
        } catch {
            return error.isAbsence ? .absent : .unreadable(reason: error.description)
        }
        do throws(JSONError) {
            return .present(try JSONValue.parse(bytes))
        } catch {
            return .unreadable(reason: "\(name): \(error)")
        }
    }

    /// A look at the units that desired state wants, and at the host's own resources.
    func look(_ settings: HealthSettings, _ turn: Reading<TurnStatus>) -> Seen {
        let gauges = RealGauges()
        let names = settings.unitsToLookAt(turn)
        let root = files.root
        return Seen(
            now: clock.moment(), turn: turn,
            units: names.isEmpty
                ? .present([:])
                : reading { () throws(ServicesError) in try services.look(at: names) },
            disks: Dictionary(
                settings.folders.map { folder in
                    let place = root == "/" ? folder : folder == "/" ? root : root + folder
                    return (
                        folder,
                        reading { () throws(MachineError) in try gauges.diskUse(of: place) }
                    )
                }
            ) { first, _ in first },
            memory: reading { () throws(MachineError) in try gauges.memoryUse() },
            load: reading { () throws(MachineError) in try gauges.loadUse() },
            clock: reading { () throws(MachineError) in try gauges.clockUse() })
    }
}

/// The value, or why there is none.
private func reading<Value: Hashable & Sendable, Failure: Error & CustomStringConvertible>(
    _ look: () throws(Failure) -> Value
) -> Reading<Value> {
    do throws(Failure) {
        return .present(try look())
    } catch {
        return .unreadable(reason: error.description)
    }
}

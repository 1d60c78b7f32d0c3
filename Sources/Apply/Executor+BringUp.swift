import Facts
import Machine
import Services

extension Executor {
    /// Between two questions whether it is still worth waiting.
    private static let pause: Duration = .milliseconds(250)

    /// Starts or restarts a unit on a thread of its own, and stops it when its wait is doomed.
    func bring(
        up unit: UnitName, by action: UnitAction, _ isDoomed: (Duration) -> Bool
    ) throws(ServicesError) {
        let asked: Asked<Result<Void, ServicesError>>
        do throws(MachineError) {
            asked = try Asked { [services] in
                Result { () throws(ServicesError) in try services.perform(action, on: unit) }
            }
        } catch {
            // No thread is left: it is waited for here, as long as it takes.
            return try services.perform(action, on: unit)
        }
        let begin = ContinuousClock.now
        while true {
            if let result = asked.answer(by: ContinuousClock.now + Self.pause) {
                return try result.get()
            }
            let elapsed = begin.duration(to: ContinuousClock.now)
            guard isDoomed(elapsed) else { continue }
            try services.perform(.stop, on: unit)
            _ = asked.answer()
            throw ServicesError(
                action.rawValue, unit.text,
                .unreachable(
                    "not up after \(elapsed.components.seconds) s, and a newer commit is there"))
        }
    }
}

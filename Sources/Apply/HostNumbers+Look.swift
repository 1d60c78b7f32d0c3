import Facts
import Machine
import Reconcile

extension HostNumbers {
    /// After this long a number is unknown: a disk of the network may never answer.
    private static let deadline: Duration = .seconds(5)

    /// Looks once; each question has a thread of its own, and none is waited for longer than the
    /// deadline.
    ///
    /// `root`: what stands before each folder: `/`, or the folder of a sandbox.
    static func look(
        at folders: [String], below root: String, _ gauges: any HostGauges
    ) -> HostNumbers {
        let disks = folders.map { folder in
            let place = root == "/" ? folder : folder == "/" ? root : root + folder
            return ask { () throws(MachineError) in try gauges.diskUse(of: place) }
        }
        let memory = ask { () throws(MachineError) in try gauges.memoryUse() }
        let end = ContinuousClock.now + deadline
        return HostNumbers(
            disks: Dictionary(zip(folders, disks.map { answer($0, end) })) { first, _ in first },
            memory: answer(memory, end))
    }

    private typealias Answer<Value> = Result<Value, MachineError>

    private static func ask<Value: Sendable>(
        _ question: @escaping @Sendable () throws(MachineError) -> Value
    ) -> Asked<Answer<Value>>? {
        do throws(MachineError) {
            return try Asked { Result { () throws(MachineError) in try question() } }
        } catch {
            return nil
        }
    }

    private static func answer<Value: Hashable & Sendable>(
        _ asked: Asked<Answer<Value>>?, _ end: ContinuousClock.Instant
    ) -> Reading<Value> {
        switch asked?.answer(by: end) {
        case .success(let value)?: .present(value)
        case .failure(let error)?: .unreadable(reason: error.description)
        case nil: .unreadable(reason: "no answer within \(deadline)")
        }
    }
}

/// Something that is worked out on a thread of its own, while the caller goes on with something
/// else; where no thread is left, it is worked out when it is asked for.
package struct Beside<Answer: Sendable>: Sendable {
    private let work: @Sendable () -> Answer
    private let asked: Asked<Answer>?

    /// Begins at once. `work` has to end by itself: it is waited for without a deadline.
    package init(_ work: @escaping @Sendable () -> Answer) {
        self.work = work
        do throws(MachineError) {
            asked = try Asked(work)
        } catch {
            asked = nil
        }
    }

    /// Waits for the end of the work.
    package func answer() -> Answer { asked?.answer() ?? work() }
}

import GatewaySimulator
import Machine

/// The simulator's time: it begins where it is told, and goes faster than the host's if wanted.
final class SimulatedClock {
    private let clock = RealClock()
    private let began: Int64
    private var start: Moment
    private let speed: Double

    init(start: Moment, speed: Double) {
        self.start = start
        self.speed = speed
        began = clock.monotonicUs()
    }

    /// The host's, for what is paced by it.
    var wallMs: Int64 { clock.monotonicUs() / 1_000 }

    var now: Moment {
        start.adding(ms: Int64(Double(clock.monotonicUs() - began) / 1_000 * speed))
    }

    /// So much has passed besides.
    func jump(from before: Moment, to after: Moment) {
        start = start.adding(ms: after.ms - before.ms)
    }

    /// Until the next step of the market, in milliseconds of the host.
    func waitMs(after last: Moment) -> Int32 {
        let step = SimulatedGateway.stepMs
        let left = Double((last.ms / step + 1) * step - now.ms) / speed
        return Int32(min(max(left.rounded(.up), 1), 1_000))
    }
}

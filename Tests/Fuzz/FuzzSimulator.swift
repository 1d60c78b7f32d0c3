import Facts
import GatewaySimulator
import TWS

extension FuzzTarget {
    /// What a client may send to the simulated gateway, and what a person may tell it: first one
    /// line of control, up to the end of the line; then frames. It goes on, whatever that is.
    func runSimulator(_ bytes: [UInt8]) {
        // At the opening, so that no morning has to be gone through.
        var settings = SimulatedGateway.Settings(
            start: Moment(WallTime(seconds: 1_795_530_600)))
        settings.messagesPerSecondMax = 10_000
        var gateway = SimulatedGateway(settings)
        _ = gateway.handle(.connected(1))
        _ = gateway.handle(.greeted(1, 157...178))
        _ = gateway.handle(.received(1, .start(clientID: 0, capabilities: "")))
        let lines = bytes.split(separator: 0x0a, maxSplits: 1, omittingEmptySubsequences: false)
        obey(String(decoding: lines[0].prefix(200), as: UTF8.self), &gateway)
        var decoder = FrameDecoder()
        decoder.append(Array(lines.count > 1 ? lines[1] : lines[0]))
        do throws(FrameError) {
            try decoder.forEach { payload throws(FrameError) in
                guard case .message(let request)? = read(payload) else { return }
                check(gateway.handle(.received(1, request)))
                check(gateway.handle(.timePassed(gateway.now.adding(ms: 250))))
            }
        } catch {}
        // The close of the day, where options expire and orders end.
        guard bytes.count % 64 == 0 else { return }
        check(gateway.handle(.timePassed(gateway.now.adding(ms: 6 * 3_600_000 + 1_800_000))))
    }

    private func obey(_ line: String, _ gateway: inout SimulatedGateway) {
        // A day may be let pass, and takes as long as it takes.
        guard !line.hasPrefix("pass") else { return }
        do throws(ControlError) { _ = try gateway.obey(line) } catch {}
    }

    private func read(_ payload: UnsafeRawBufferPointer) -> Decoded<Request>? {
        do throws(MisfitError) { return try TextCodec.request(payload) } catch { return nil }
    }

    /// Whatever it says can be said.
    private func check(_ outputs: [SimulatedGateway.Output]) {
        for case .send(_, let reply) in outputs {
            guard TextCodec.bytes(of: reply) != nil else { fatalError("it cannot say \(reply)") }
        }
    }
}

import HostKit
import Machine
import TestKit
import Testing

extension PeerTests {
    /// Two real clients trade with the simulator over a socket, each on its own, for the same day.
    @Suite struct Traded {
        @Test(arguments: Library.allCases)
        func clientSeesWhatWasSeededAndWhatItsOrdersBecame(library: Library) throws {
            let result = try Peers.run(
                "trade.py", given: [],
                arguments: [try builtProgram("ib-gateway-simulator"), library.rawValue])
            try #require(result.ending == .exited(0), "\(result.errorText.suffix(2_000))")
            let difference = differenceFromKept(result.outputText, "traded.txt")
            #expect(difference == nil)
        }
    }
}

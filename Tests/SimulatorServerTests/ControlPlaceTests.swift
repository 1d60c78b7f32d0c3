import Machine
import Testing

@testable import SimulatorServer

@Suite struct ControlPlaceTests {
    /// Cut short it would be another's.
    @Test func aNameThatIsTooLongForASocketIsRefusedAtBothEnds() {
        let path = "/tmp/" + String(repeating: "x", count: ControlPlace.nameBytesMax + 1)
        #expect(throws: MachineError.self) { _ = try ControlListener(path) }
        #expect(throws: MachineError.self) { _ = try ControlCaller(path).answer(to: "status") }
    }
}

import Numbers
import Testing

@Suite struct EstimateTests {
    @Test func equalNumbersAreEqualEstimates() {
        #expect(Estimate(-0.0) == Estimate(0.0))
        #expect(Estimate(-0.0).value == 0)
        #expect(Estimate(-0.25).value == -0.25)
        #expect(Estimate(.leastNonzeroMagnitude) != Estimate(0.0))
    }

    @Test func whatIsNoNumberIsNone() {
        #expect(Estimate(-Double.nan) == Estimate(nil))
        #expect(Estimate(nil).value == nil)
        #expect(Estimate(0.0) != Estimate(nil))
    }
}

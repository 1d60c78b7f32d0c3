import TWS
import Testing

@Suite struct NoticeTests {
    private let table = NoticeTable()

    @Test func anUnknownCodeIsDoubtfulAndNeverAnEnd() {
        for code in [7, 233, 9_999, 10_350, 12_345] {
            #expect(table.meaning(of: code) == .doubtful)
        }
    }

    @Test func aWarningIsNoEnd() {
        #expect(table.meaning(of: 110) == .placeRefused)
        #expect(table.meaning(of: 10349) == .orderLives)
        #expect(table.meaning(of: 399) == .orderLives)
    }

    @Test func aLinkThatIsLostIsNoFarmThatIsLost() {
        #expect(table.meaning(of: 1100) == .linkLost)
        #expect(table.meaning(of: 2103) == .farmLost)
        #expect(table.meaning(of: 2104) == .farmBack)
        #expect(table.meaning(of: 2150) == .information)
    }

    @Test func aHostMayKnowACodeBetter() {
        let told = NoticeTable(overriding: [12_345: .orderLives, 399: .orderDead])
        #expect(told.meaning(of: 12_345) == .orderLives)
        #expect(told.meaning(of: 399) == .orderDead)
        #expect(told.meaning(of: 202) == .orderCancelled)
    }
}

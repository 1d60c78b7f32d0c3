import Numbers
import TWSKit
import TestKit
import Testing

@testable import TWS

extension PeerTests {
    /// What our gateway says, as two real clients understand it: each value of each message.
    @Suite struct Heard {
        /// Seeded messages of every kind, with what the libraries made of each.
        private static let all = Result {
            var dice = Dice(seed: 178)
            var messages = Reply.every
            for kind in Reply.every { messages += (0..<25).map { _ in dice.reply(like: kind) } }
            for _ in 0..<300 { messages.append(.openOrder(dice.openOrder())) }
            for _ in 0..<150 { messages.append(.completedOrder(dice.completedOrder())) }
            return (messages, try Hearing(of: messages.map(frame)))
        }

        private static func frame(_ reply: Reply) throws -> [UInt8] {
            try #require(TextCodec.bytes(of: reply))
        }

        @Test func bothLibrariesHearOfEveryMessageWhatWeSaid() throws {
            let (messages, hearing) = try Self.all.get()
            #expect(Set(messages.map(\.messageID)).count == Reply.every.count)
            let differences = messages.enumerated().flatMap { place, message in
                hearing.differences(place, from: message).map { "\(place): \($0)" }
            }
            #expect(differences.isEmpty, "\n\(differences.prefix(20).joined(separator: "\n"))")
        }

        @Test func weHearTheSame() throws {
            for message in try Self.all.get().0 {
                let payload = try Self.frame(message).dropFirst(4)
                #expect(
                    try payload.withUnsafeBytes { bytes in
                        Result { try TextCodec.reply(bytes) }
                    }.get() == .message(message))
            }
        }

        /// The comparison can fail: in a figure, a text, a list, and for what nobody asked for.
        @Test func aPlantedDifferenceIsFound() throws {
            var dice = Dice(seed: 1)
            var open = OpenOrder()
            repeat { open = dice.openOrder() } while open.contract.legs.count < 2
            let hearing = try Hearing(of: [Self.frame(.openOrder(open)), Self.cutShort(open)])
            #expect(hearing.differences(0, from: .openOrder(open)) == [])
            func found(_ change: (inout OpenOrder) -> Void) -> [String] {
                var changed = open
                change(&changed)
                return hearing.differences(0, from: .openOrder(changed))
                    .map { String($0.split(separator: " ")[1]) }
            }
            #expect(found { $0.order.limitPrice = Price(units: 1) }.count == 2)
            #expect(
                found { $0.order.reference += "x" }
                    == ["openOrder.2.orderRef:", "openOrder.2.orderRef:"])
            #expect(
                found { $0.contract.legs[1].ratio += 1 }
                    == ["openOrder.1.comboLegs.1.ratio:", "openOrder.1.comboLegs.1.ratio:"])
            #expect(found { $0.contract.legs.removeLast() }.count >= 8)
            #expect(found { $0.state.before.initial = Cash(units: 1) }.count == 2)
            for library in Library.allCases {
                let told = hearing.differences(1, from: .openOrder(open))
                #expect(told.contains { $0.hasPrefix("\(library.rawValue): complaint: ") })
            }
        }

        /// The same order without its last fields.
        private static func cutShort(_ open: OpenOrder) throws -> [UInt8] {
            let fields = try frame(.openOrder(open)).dropFirst(4).split(
                separator: 0, omittingEmptySubsequences: false)
            let payload = fields.dropLast(3).flatMap { $0 + [0] }
            return [0, 0, UInt8(payload.count >> 8), UInt8(payload.count & 255)] + payload
        }
    }
}

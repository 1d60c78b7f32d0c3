import JSON
import Numbers
import TWSKit
import TestKit
import Testing

@testable import TWS

extension PeerTests {
    /// What two real clients send to place an order, as our gateway understands it.
    @Suite struct Placed {
        /// One order: as it is to be placed, and what the libraries sent for it.
        private struct Placed {
            let contract: Contract
            let order: Order
            let sent: [Library: [UInt8]]
        }

        /// Each library reads of an order from us, is told what a gateway does not tell of it, and
        /// places it anew: as a program does that modifies an order.
        private static let all = Result {
            var dice = Dice(seed: 114)
            var orders: [(Contract, Order)] = []
            var lines: [String] = []
            for _ in 0..<300 {
                let (contract, order) = dice.order()
                orders.append((contract, order))
                var open = dice.told(contract, order)
                // IB takes it no more; ib_async would send it back all the same.
                open.order.handling.bestQuoteCap = nil
                let told = try #require(TextCodec.bytes(of: .openOrder(open)))
                let line: JSONValue = [
                    "told": .string(hex(told.dropFirst(4))), "said": said(contract, order),
                ]
                lines.append(line.text())
            }
            let answers = try Peers.lines(
                of: "place.py", given: Array(lines.joined(separator: "\n").utf8))
            return zip(orders, answers).map { order, answer in
                Placed(
                    contract: order.0, order: order.1,
                    sent: Dictionary(
                        uniqueKeysWithValues: Library.allCases.map {
                            ($0, bytes(answer[$0.rawValue]?.asString ?? ""))
                        }))
            }
        }

        /// What only a client says.
        private static func said(_ contract: Contract, _ order: Order) -> JSONValue {
            [
                "contract.primaryExchange": .string(contract.primaryExchange),
                "contract.secIdType": .string(contract.secondaryIDType),
                "contract.secId": .string(contract.secondaryID),
                "order.transmit": .string(order.transmit ? "1" : "0"),
                "order.overridePercentageConstraints":
                    .string(order.box.overridesPercentageConstraints ? "1" : "0"),
                "order.scaleTable": .string(order.scale.table),
                "order.activeStartTime": .string(order.scale.activeStart),
                "order.activeStopTime": .string(order.scale.activeEnd),
                "order.algoId": .string(order.algorithm.id),
                "order.extOperator": .string(order.oversight.operatorName),
                "order.mifid2DecisionMaker": .string(order.oversight.decisionMaker),
                "order.mifid2DecisionAlgo": .string(order.oversight.decisionAlgorithm),
                "order.mifid2ExecutionTrader": .string(order.oversight.executionTrader),
                "order.mifid2ExecutionAlgo": .string(order.oversight.executionAlgorithm),
                "order.manualOrderTime": .string(order.oversight.manualOrderTime),
                "order.advancedErrorOverride": .string(order.handling.errorOverride),
            ]
        }

        @Test(arguments: Library.allCases)
        func orderThatALibraryPlacesIsReadAsItWas(library: Library) throws {
            for placed in try Self.all.get() {
                let sent = try #require(placed.sent[library])
                let read = try sent.withUnsafeBytes { bytes in
                    Result { try TextCodec.request(bytes) }
                }.get()
                var order = placed.order
                // An application cannot tell it from false.
                order.handling.usesPriceManagement = order.handling.usesPriceManagement ?? false
                let wanted = Request.place(placed.contract, order)
                #expect(Self.difference(read, wanted) == nil)
            }
        }

        @Test func aPlantedDifferenceIsFound() throws {
            let placed = try #require(try Self.all.get().first)
            var order = placed.order
            order.account += "1"
            let read = Decoded.message(Request.place(placed.contract, order))
            let wanted = Request.place(placed.contract, placed.order)
            #expect(
                Self.difference(read, wanted)
                    == "field 23: \(order.account), not \(placed.order.account)")
        }

        /// Where two requests differ, as fields that we would send; nil where they are equal.
        private static func difference(_ read: Decoded<Request>, _ wanted: Request) -> String? {
            if read == .message(wanted) { return nil }
            guard case .message(let request) = read else { return "\(read)" }
            let fields = [request, wanted].map { request in
                (TextCodec.bytes(of: request) ?? []).dropFirst(4).split(
                    separator: 0, omittingEmptySubsequences: false
                ).map { String(decoding: $0, as: UTF8.self) }
            }
            return zip(fields[0], fields[1]).enumerated().filter { $1.0 != $1.1 }.prefix(3)
                .map { "field \($0): \($1.0), not \($1.1)" }.joined(separator: "; ")
        }

        private static func hex(_ bytes: some Sequence<UInt8>) -> String {
            bytes.map { String(0x100 + Int($0), radix: 16).dropFirst() }.joined()
        }

        private static func bytes(_ hex: String) -> [UInt8] {
            let digits = Array(hex.utf8)
            return stride(from: 0, to: digits.count, by: 2).map {
                UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16) ?? 0
            }
        }
    }
}

import TWS

/// One line of the journal of orders.
package enum OrderRecord: Hashable, Sendable {
    /// An order is meant to be sent; the bytes are those that would be.
    case intent(reference: String, orderID: Int, at: Int64, [UInt8])
    /// An order is meant to be changed so.
    case change(reference: String, [UInt8])
    case acknowledged(reference: String, permanentID: Int64)
    case resolved(reference: String, Intent.Resolution)
}

extension IntentLog {
    /// Takes a record as it was made.
    mutating func replay(_ record: OrderRecord) {
        switch record {
        case .intent(let reference, let orderID, let at, let bytes):
            ids.saw(orderID)
            let (contract, order) = Self.placed(bytes)
            live[reference] = Intent(
                reference: reference, orderID: orderID, writtenAt: at, contract: contract,
                order: order)
            references[orderID] = reference
            ended[reference] = nil
        case .change(let reference, let bytes):
            live[reference]?.change = Self.placed(bytes).1
        case .acknowledged(let reference, let permanentID):
            _ = acknowledged(reference, permanentID)
        case .resolved(let reference, let how):
            _ = resolved(reference, how)
        }
    }

    /// What the bytes of a request place; an empty order where they are of another version.
    private static func placed(_ bytes: [UInt8]) -> (Contract, Order) {
        let decoded = bytes.dropFirst(4).withUnsafeBytes { payload in
            Result { () throws(MisfitError) in try TextCodec.request(payload) }
        }
        guard case .success(.message(.place(let contract, let order))) = decoded else {
            return (Contract(), Order())
        }
        return (contract, order)
    }
}

package import Numbers

/// What kind of instrument a contract is, in IB's word.
package struct SecurityType: Hashable, Sendable {
    /// Such as `STK`.
    package var word: String

    package init(_ word: String) { self.word = word }

    /// IB's words for those that V6 knows.
    package static let stock = SecurityType("STK")
    package static let option = SecurityType("OPT")
    package static let future = SecurityType("FUT")
    package static let futureOption = SecurityType("FOP")
    package static let index = SecurityType("IND")
    package static let currency = SecurityType("CASH")
    /// Several legs traded as one.
    package static let combo = SecurityType("BAG")
}

/// Which right an option gives.
package enum Right: String, Hashable, Sendable, CaseIterable {
    case call = "C"
    case put = "P"
}

/// An instrument, or enough of one for the gateway to find it.
package struct Contract: Hashable, Sendable {
    /// IB's number of the instrument; 0 where it is not known.
    package var id = 0
    package var symbol = ""
    package var type = SecurityType("")
    /// `20261218`, or `202612` for a whole month.
    package var expiry = ""
    package var strike: Price?
    package var right: Right?
    /// How many of the underlying one contract stands for; nil where nothing is said.
    package var multiplier: Quantity?
    package var exchange = ""
    package var primaryExchange = ""
    package var currency = ""
    /// The exchange's own name; for an option the OCC symbol with its blanks.
    package var localSymbol = ""
    package var tradingClass = ""
    package var secondaryIDType = ""
    package var secondaryID = ""
    package var legs: [ComboLeg] = []
    /// How a gateway describes the legs: `710000001|1,710000002|-1`.
    package var legsText = ""
    package var deltaNeutral: DeltaNeutral?

    package init() {}

    package init(
        id: Int = 0, symbol: String, type: SecurityType, exchange: String = "SMART",
        currency: String = "USD"
    ) {
        self.id = id
        self.symbol = symbol
        self.type = type
        self.exchange = exchange
        self.currency = currency
    }

    /// An option on a stock of a US exchange.
    package static func option(
        id: Int = 0, on symbol: String, expiry: String, strike: Price, right: Right
    ) -> Contract {
        var contract = Contract(id: id, symbol: symbol, type: .option)
        contract.expiry = expiry
        contract.strike = strike
        contract.right = right
        contract.multiplier = Quantity(100)
        contract.tradingClass = symbol
        return contract
    }

    /// Legs traded as one.
    package static func combo(on symbol: String, _ legs: [ComboLeg]) -> Contract {
        var contract = Contract(symbol: symbol, type: .combo)
        contract.legs = legs
        return contract
    }
}

/// One leg of a combo.
package struct ComboLeg: Hashable, Sendable {
    /// Of the leg; a combo needs every one.
    package var contractID = 0
    /// How many of it for one of the combo; at least 1.
    package var ratio = 1
    package var action = Action.buy
    package var exchange = ""
    /// 0 as the combo, 1 open, 2 close, 3 unknown.
    package var openClose = 0
    package var shortSaleSlot = 0
    package var designatedLocation = ""
    package var exemptCode = -1

    package init() {}

    package init(contractID: Int, ratio: Int = 1, _ action: Action, exchange: String = "SMART") {
        self.contractID = contractID
        self.ratio = ratio
        self.action = action
        self.exchange = exchange
    }
}

/// The underlying that makes a combo neutral to its price.
package struct DeltaNeutral: Hashable, Sendable {
    /// Of the underlying, with the delta and the price that are reckoned with.
    package var contractID = 0
    package var delta = Ratio.zero
    package var price = Price.zero

    package init() {}
}

/// A name and what it is set to, as algorithms and routing have them.
package struct TagValue: Hashable, Sendable {
    /// As IB names it, and as it reads it.
    package var tag = ""
    package var value = ""

    package init() {}

    package init(_ tag: String, _ value: String) {
        self.tag = tag
        self.value = value
    }
}

/// Which way an order or a leg goes.
package enum Action: String, Hashable, Sendable, CaseIterable {
    case buy = "BUY"
    case sell = "SELL"
    case sellShort = "SSHORT"
}

import Numbers

extension FieldCoder {
    mutating func contractDetails(_ details: inout ContractDetails) {
        whole(&details.requestID)
        text(&details.contract.symbol)
        text(&details.contract.type.word)
        text(&details.contract.expiry)
        strike(&details.contract.strike, .details)
        right(&details.contract.right, .details)
        text(&details.contract.exchange)
        text(&details.contract.currency)
        text(&details.contract.localSymbol)
        text(&details.marketName)
        text(&details.contract.tradingClass)
        whole(&details.contract.id)
        number(&details.leastMove)
        number(&details.contract.multiplier, decimals: 0, unset: .empty)
        text(&details.orderTypes)
        text(&details.exchanges)
        wholeOrZero(&details.priceMagnifier)
        wholeOrZero(&details.underlyingID)
        escaped(&details.longName)
        text(&details.contract.primaryExchange)
        contractTexts(&details)
        tags(&details.secondaryIDs)
        contractEnd(&details)
    }

    private mutating func contractTexts(_ details: inout ContractDetails) {
        text(&details.contractMonth)
        text(&details.industry)
        text(&details.category)
        text(&details.subcategory)
        text(&details.timeZone)
        text(&details.tradingHours)
        text(&details.liquidHours)
        text(&details.economicRule)
        text(&details.economicMultiplier)
    }

    private mutating func contractEnd(_ details: inout ContractDetails) {
        whole(&details.aggregationGroup)
        text(&details.underlyingSymbol)
        text(&details.underlyingType)
        text(&details.marketRules)
        text(&details.realExpiry)
        text(&details.stockType)
        number(&details.leastSize, decimals: 0, unset: .empty)
        number(&details.sizeIncrement, decimals: 0, unset: .empty)
        number(&details.suggestedSizeIncrement, decimals: 0, unset: .empty)
    }

    mutating func optionParameters(_ parameters: inout OptionParameters) {
        whole(&parameters.requestID)
        text(&parameters.exchange)
        whole(&parameters.underlyingID)
        text(&parameters.tradingClass)
        number(&parameters.multiplier, decimals: 0, unset: .empty)
        list(&parameters.expiries, "") { coder, expiry in coder.text(&expiry) }
        list(&parameters.strikes, .zero) { coder, strike in coder.number(&strike) }
    }

    /// Text in which what is not ASCII stands as `\uXXXX`, from server version 153 on.
    mutating func escaped(_ value: inout String) {
        if Self.isReading {
            text(&value)
            if value.utf8.contains(0x5c) { value = Self.unescaped(value) }
        } else {
            var spelled = Self.escapedText(value)
            text(&spelled)
        }
    }

    private static func escapedText(_ value: String) -> String {
        if value.utf8.allSatisfy({ $0 < 0x80 }) { return value }
        var text = ""
        for unit in value.utf16 {
            if unit < 0x80 {
                text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            } else {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text
    }

    private static func unescaped(_ value: String) -> String {
        var (units, rest) = ([UInt16](), Array(value.utf16)[...])
        while let unit = rest.popFirst() {
            let digits = String(decoding: rest.dropFirst().prefix(4), as: UTF16.self)
            if unit == 0x5c, rest.first == 0x75, digits.utf8.count == 4,
                digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let code = UInt16(digits, radix: 16)
            {
                units.append(code)
                rest = rest.dropFirst(5)
            } else {
                units.append(unit)
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}

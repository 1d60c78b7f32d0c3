import TWS

/// In what kind of message a contract stands: each leaves out something else.
enum ContractPlace {
    case order, held, portfolio, details
}

extension Contract {
    func told(_ place: ContractPlace) -> Told {
        var told: [String: Told] = [
            "conId": .whole(id),
            "symbol": .text(symbol),
            "secType": .text(type.word),
            "lastTradeDateOrContractMonth": .text(expiry),
            "strike": .number(strike, none: .units(0)),
            "right": .text(right?.rawValue ?? "", none: place == .order ? "?" : ""),
            "multiplier": .spelled(multiplier),
            "exchange": .text(exchange),
            "currency": .text(currency),
            "localSymbol": .text(localSymbol),
            "tradingClass": .text(tradingClass),
        ]
        if place == .portfolio || place == .details {
            told["primaryExchange"] = .text(primaryExchange)
        }
        if place == .order {
            told["comboLegsDescrip"] = .text(legsText)
            told["comboLegs"] = .list(legs.map { $0.told() })
            told["deltaNeutralContract"] = deltaNeutral?.told() ?? .nothing
        }
        return .object(told)
    }
}

extension ComboLeg {
    fileprivate func told() -> Told {
        .object([
            "conId": .whole(contractID),
            "ratio": .whole(ratio),
            "action": .text(action.rawValue),
            "exchange": .text(exchange),
            "openClose": .whole(openClose),
            "shortSaleSlot": .whole(shortSaleSlot),
            "designatedLocation": .text(designatedLocation),
            "exemptCode": .whole(exemptCode),
        ])
    }
}

extension DeltaNeutral {
    fileprivate func told() -> Told {
        .object([
            "conId": .whole(contractID), "delta": .number(delta), "price": .number(price),
        ])
    }
}

extension ContractDetails {
    func told(_ library: Library) -> Told {
        .object([
            "contract": contract.told(.details),
            "marketName": .text(marketName),
            "minTick": .number(leastMove),
            "orderTypes": .text(orderTypes),
            "validExchanges": .text(exchanges),
            "priceMagnifier": .whole(priceMagnifier),
            "underConId": .whole(underlyingID),
            "longName": .text(longName),
            "contractMonth": .text(contractMonth),
            "industry": .text(industry),
            "category": .text(category),
            "subcategory": .text(subcategory),
            "timeZoneId": .text(timeZone),
            "tradingHours": .text(tradingHours),
            "liquidHours": .text(liquidHours),
            "evRule": .text(economicRule),
            // A text with us, a number with them.
            "evMultiplier": .whole(Int(economicMultiplier), none: .integer(0)),
            "secIdList": .tags(secondaryIDs),
            "aggGroup": .whole(aggregationGroup, none: .integer(0)),
            "underSymbol": .text(underlyingSymbol),
            "underSecType": .text(underlyingType),
            "marketRuleIds": .text(marketRules),
            "realExpirationDate": .text(realExpiry),
            "stockType": .text(stockType),
            "minSize": .number(leastSize, library),
            "sizeIncrement": .number(sizeIncrement, library),
            "suggestedSizeIncrement": .number(suggestedSizeIncrement, library),
        ])
    }
}

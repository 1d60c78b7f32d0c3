import Numbers

extension FieldCoder {
    mutating func bound(_ bound: inout BoundOrder) {
        whole(&bound.permanentID)
        whole(&bound.clientID)
        whole(&bound.orderID)
    }

    mutating func progress(_ progress: inout OrderProgress) {
        whole(&progress.orderID)
        status(&progress.status)
        number(&progress.filled, decimals: 0)
        number(&progress.remaining, decimals: 0)
        number(&progress.averagePrice)
        whole(&progress.permanentID)
        whole(&progress.parentID)
        number(&progress.lastPrice)
        whole(&progress.clientID)
        text(&progress.whyHeld)
        number(&progress.marketCapPrice)
    }

    mutating func execution(_ execution: inout Execution) {
        whole(&execution.requestID)
        whole(&execution.orderID)
        contract11(&execution.contract)
        text(&execution.id)
        text(&execution.time)
        text(&execution.account)
        text(&execution.exchange)
        side(&execution.side)
        number(&execution.quantity, decimals: 0)
        number(&execution.price)
        whole(&execution.permanentID)
        whole(&execution.clientID)
        wholeOrZero(&execution.isLiquidation)
        number(&execution.cumulativeQuantity, decimals: 0)
        number(&execution.averagePrice)
        text(&execution.orderReference)
        text(&execution.economicRule)
        number(&execution.economicMultiplier, unset: .empty)
        text(&execution.model)
        wholeOrZero(&execution.lastLiquidity)
        flag(&execution.isPriceRevisionPending)
    }

    private mutating func side(_ side: inout Execution.Side) {
        var word = side.rawValue
        text(&word)
        guard Self.isReading else { return }
        if let known = Execution.Side(rawValue: word) { side = known } else { refuse() }
    }

    mutating func commission(_ report: inout CommissionReport) {
        fixed("1")
        text(&report.executionID)
        number(&report.commission)
        text(&report.currency)
        number(&report.realizedProfit)
        number(&report.yield)
        text(&report.yieldRedemptionDate)
    }
}

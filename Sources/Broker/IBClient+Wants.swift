package import Brokerage
package import TWS

extension IBClient {
    /// One consistent reading of the login, or the reason why there is none.
    package func snapshot(within time: Duration = answerMax) async -> SnapshotReading {
        await ask(.snapshot(within: time)).snapshot
    }

    /// The same for who runs no Task: blocks this thread.
    package func snapshotBlocking(within time: Duration = answerMax) -> SnapshotReading {
        // The thread answers at the deadline; a disk that hangs can hold it up.
        let answer = askBlocking(.snapshot(within: time), within: time + .seconds(1))
        return answer?.snapshot ?? .unreadable(reason: "the broker's thread does not answer")
    }

    /// Connects, reads once, and leaves: for a program that looks and goes.
    package static func readOnce(
        _ settings: Settings, within time: Duration = answerMax
    ) -> SnapshotReading {
        do throws(BrokerError) {
            let client = try IBClient(settings)
            try client.start()
            defer { client.close(within: .seconds(2)) }
            return client.snapshotBlocking(within: time)
        } catch {
            return .unreadable(reason: "\(error)")
        }
    }

    /// Places an order once, whatever happens to the connection or to this program.
    package func place(_ contract: Contract, _ order: Order) async -> Answer {
        await ask(.place(contract, order))
    }

    /// Changes an order of ours; where that is refused it stays as it was.
    package func modify(_ reference: String, _ order: Order) async -> Answer {
        await ask(.modify(reference: reference, order))
    }

    /// Cancels an order of ours.
    package func cancel(_ name: Want.OrderName) async -> Answer { await ask(.cancel(name)) }

    /// Cancels every order of the login, of persons too, and proves that none is left.
    package func cancelAll(within time: Duration = cancelAllMax) async -> CancelReport {
        await ask(.cancelAll(within: time)).cancelReport
    }

    /// The same for who runs no Task: blocks this thread.
    package func cancelAllBlocking(within time: Duration = cancelAllMax) -> CancelReport {
        let answer = askBlocking(.cancelAll(within: time), within: time + .seconds(1))
        return answer?.cancelReport
            ?? .notProved(remaining: [], "the broker's thread does not answer")
    }

    /// Subscribes to quotes, over all connections to come; they are read by `quote`.
    ///
    /// - Returns: the number that they have; nil when the broker is closed.
    package func subscribe(_ contract: Contract, genericTicks: String = "") async -> Int? {
        let answer = await ask(.subscribe(contract, genericTicks: genericTicks))
        if case .subscribed(let id) = answer { return id }
        return nil
    }

    /// Ends a subscription.
    package func unsubscribe(_ requestID: Int) async {
        _ = await ask(.unsubscribe(requestID: requestID))
    }

    /// A person has found out what became of an intent in doubt.
    package func settle(_ reference: String) async -> Answer {
        await ask(.settle(reference: reference))
    }
}

extension Answer {
    fileprivate var snapshot: SnapshotReading {
        switch self {
        case .snapshot(let reading): reading
        case .refused(let reason): .unreadable(reason: reason)
        case .acknowledged, .ended, .doubtful, .cancelSent, .cancelTooLate, .cancelledAll,
            .subscribed, .done:
            .unreadable(reason: "the answer is to another question")
        }
    }

    fileprivate var cancelReport: CancelReport {
        switch self {
        case .cancelledAll(let report): report
        case .refused(let reason): .notProved(remaining: [], reason)
        case .acknowledged, .ended, .doubtful, .cancelSent, .cancelTooLate, .snapshot,
            .subscribed, .done:
            .notProved(remaining: [], "the answer is to another question")
        }
    }
}

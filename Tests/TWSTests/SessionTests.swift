import TestKit
import Testing

@testable import TWS

/// The life of a connection, told by what happens.
@Suite struct SessionTests {
    private let greeting = TextCodec.Greeting(serverVersion: 178, time: "20261122 15:12:56 EST")

    private func session(_ change: (inout Session.Settings) -> Void = { _ in }) -> Session {
        var settings = Session.Settings(clientID: 10, account: "DU1234567")
        change(&settings)
        return Session(settings)
    }

    private func say(
        _ session: inout Session, _ input: Session.Input, at seconds: Int = 0
    ) -> [Session.Action] {
        session.handle(input, now: .seconds(seconds), epochSeconds: 1_000_000 + Int64(seconds))
    }

    private func syncing(at seconds: Int = 0) -> Session {
        var session = session()
        for input: Session.Input in [
            .openWanted, .connected, .greeted(greeting),
            .received(.managedAccounts(["DU1234567"])), .received(.nextOrderID(7)),
        ] { _ = say(&session, input, at: seconds) }
        return session
    }

    private func ready() -> Session {
        var session = syncing()
        _ = say(&session, .synced)
        _ = say(&session, .received(.currentTime(epochSeconds: 1_000_000)))
        return session
    }

    @Test func connectionBecomesReadyWhenEverythingIsRead() {
        var session = session()
        #expect(say(&session, .openWanted) == [.openSocket])
        #expect(say(&session, .connected) == [.sendHello])
        let start = Session.Action.send(.start(clientID: 10, capabilities: ""))
        #expect(say(&session, .greeted(greeting)) == [start])
        #expect(say(&session, .received(.managedAccounts(["DU1234567"]))) == [])
        #expect(say(&session, .received(.nextOrderID(7))) == [.orderIDValid(7), .sync])
        #expect(!session.mayTrade)
        #expect(say(&session, .synced) == [])
        #expect(session.mayTrade)
    }

    @Test func orderIDsMayComeBeforeTheAccounts() {
        var session = session()
        for input: Session.Input in [.openWanted, .connected, .greeted(greeting)] {
            _ = say(&session, input)
        }
        #expect(say(&session, .received(.nextOrderID(7))) == [.orderIDValid(7)])
        #expect(say(&session, .received(.managedAccounts(["DU1234567"]))) == [.sync])
    }

    @Test func everyStepHasAnEndOfItsOwn() {
        let steps: [(inputs: [Session.Input], state: Session.State, seconds: Int)] = [
            ([.openWanted], .connecting, 5), ([.openWanted, .connected], .greeting, 10),
            ([.openWanted, .connected, .greeted(greeting)], .starting, 10),
        ]
        for step in steps {
            var session = session()
            for input in step.inputs { _ = say(&session, input) }
            #expect(say(&session, .timePassed, at: step.seconds - 1) == [])
            let ended = say(&session, .timePassed, at: step.seconds)
            #expect(ended == [.closeSocket(.tookTooLong(step.state))])
            #expect(session.state == .disconnected)
        }
        var session = syncing()
        _ = say(&session, .received(.currentTime(epochSeconds: 0)), at: 29)
        #expect(say(&session, .timePassed, at: 30) == [.closeSocket(.tookTooLong(.syncing))])
    }

    @Test func gatewayThatStartsAndNeverSaysItsIDsIsGivenUp() {
        var session = session()
        for input: Session.Input in [
            .openWanted, .connected, .greeted(greeting),
            .received(.managedAccounts(["DU1234567"])),
        ] { _ = say(&session, input) }
        #expect(say(&session, .timePassed, at: 10) == [.closeSocket(.tookTooLong(.starting))])
    }

    @Test func anotherVersionAndAnotherAccountEndTheConnection() {
        var session = session()
        _ = say(&session, .openWanted)
        _ = say(&session, .connected)
        let newer = TextCodec.Greeting(serverVersion: 203, time: "")
        #expect(say(&session, .greeted(newer)) == [.closeSocket(.wrongVersion(203))])
        _ = say(&session, .openWanted)
        _ = say(&session, .connected)
        _ = say(&session, .greeted(greeting))
        let others = say(&session, .received(.managedAccounts(["U7654321"])))
        #expect(others == [.closeSocket(.wrongAccount(["U7654321"]))])
    }

    @Test func onlyAnAnswerToAQuestionKeepsTheConnection() {
        var session = ready()
        #expect(say(&session, .timePassed, at: 14) == [])
        #expect(say(&session, .timePassed, at: 15) == [.send(.currentTime)])
        #expect(say(&session, .received(.price(PriceTick())), at: 20) == [])
        #expect(say(&session, .timePassed, at: 25) == [.closeSocket(.silent)])
        var answered = ready()
        _ = say(&answered, .timePassed, at: 15)
        _ = say(&answered, .received(.currentTime(epochSeconds: 1_000_018)), at: 16)
        #expect(answered.skewSeconds == 2)
        #expect(say(&answered, .timePassed, at: 25) == [])
    }

    @Test func whileAnAnswerIsWaitedForNothingIsDueBeforeItsDeadline() {
        var session = ready()
        #expect(session.wake == .seconds(15))
        _ = say(&session, .timePassed, at: 15)
        #expect(session.wake == .seconds(25))
    }

    @Test func linkThatIsLostFreezesAndNeverClosesTheSocket() {
        var session = ready()
        let lost = Session.Input.received(.notice(Notice(code: 1100, "lost")))
        #expect(say(&session, lost) == [.freeze])
        #expect(say(&session, lost) == [])
        #expect(session.state == .ready)
        #expect(!session.mayTrade)
        let kept = Session.Input.received(.notice(Notice(code: 1102, "kept")))
        #expect(say(&session, kept) == [.sync])
        #expect(!session.mayTrade)
        _ = say(&session, .synced)
        #expect(session.mayTrade)
    }

    @Test func linkThatComesBackEmptySubscribesAndReadsAgain() {
        var session = ready()
        _ = say(&session, .received(.notice(Notice(code: 1100, ""))))
        let empty = Session.Input.received(.notice(Notice(code: 1101, "")))
        #expect(say(&session, empty) == [.subscribeAgain, .sync])
    }

    @Test func linkThatIsLostWhileReadingDoesNotEndTheConnection() {
        var session = syncing()
        _ = say(&session, .received(.notice(Notice(code: 1100, ""))), at: 5)
        _ = say(&session, .received(.currentTime(epochSeconds: 0)), at: 29)
        #expect(say(&session, .timePassed, at: 31) == [])
        #expect(session.state == .syncing)
    }

    @Test func farmsComeAndGoAndNothingIsClosed() {
        var session = ready()
        for code in [2103, 2105, 2157] {
            #expect(say(&session, .received(.notice(Notice(code: code, "")))) == [])
            #expect(session.areQuotesStale)
            #expect(session.mayTrade)
            #expect(say(&session, .received(.notice(Notice(code: 2104, "")))) == [])
            #expect(!session.areQuotesStale)
        }
    }

    @Test func clientIDThatIsTakenIsSaidAsThat() {
        var session = session()
        for input: Session.Input in [.openWanted, .connected, .greeted(greeting)] {
            _ = say(&session, input)
        }
        let taken = say(&session, .received(.notice(Notice(code: 326, ""))))
        #expect(taken == [.closeSocket(.clientIDTaken)])
    }

    @Test func whateverComesInWhateverOrderASocketIsClosedOnceForEachOpened() {
        var dice = Dice(seed: 12)
        let inputs: [Session.Input] =
            [
                .openWanted, .connected, .greeted(greeting), .synced, .timePassed, .closeWanted,
                .socketEnded("reset"), .received(.nextOrderID(1)),
                .received(.managedAccounts(["DU1234567"])), .received(.managedAccounts(["U1"])),
                .received(.currentTime(epochSeconds: 0)),
            ]
            + [326, 1100, 1101, 1102, 1300, 2103, 2104, 9999].map {
                .received(.notice(Notice(code: $0, "")))
            }
        for _ in 0..<2_000 {
            var (session, seconds, open) = (session(), 0, 0)
            for _ in 0..<60 {
                seconds += dice.below(9)
                for action in say(&session, dice.pick(inputs), at: seconds) {
                    if action == .openSocket { open += 1 }
                    if case .closeSocket = action { open -= 1 }
                    #expect((0...1).contains(open))
                }
                #expect((open == 1) == (session.state != .disconnected))
                #expect(!session.mayTrade || !session.accounts.isEmpty && !session.isLinkLost)
            }
        }
    }
}

@Suite struct ReconnectTests {
    @Test func waitsGrowToAMinuteAndStartAnewAfterASuccess() {
        var reconnect = Reconnect()
        let waits = (0..<8).map { _ in reconnect.failed(.silent, chance: 1) }
        #expect(waits == [1, 2, 4, 8, 60, 60, 60, 60].map { .seconds($0) })
        #expect(reconnect.isBroken)
        reconnect.succeeded()
        #expect(!reconnect.isBroken)
        #expect(reconnect.failed(.silent, chance: 0) == .milliseconds(500))
    }

    @Test func takenClientIDIsGivenTime() {
        var reconnect = Reconnect()
        #expect(reconnect.failed(.clientIDTaken, chance: 0) == .seconds(5))
    }
}

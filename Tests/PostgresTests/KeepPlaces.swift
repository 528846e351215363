import Testing

@testable import Postgres

@Suite struct KeepPlaces {
    private typealias State = PoolState<Int, String>
    private let now = ContinuousClock.now

    private func shown(_ request: State.Request) -> String {
        switch request {
        case .granted(.use(let connection)): "use \(connection)"
        case .granted(.open): "open"
        case .wait: "wait"
        case .refused(let error): "\(error)"
        }
    }

    @Test func opensUpToItsSizeThenWaitsThenRefuses() {
        var state = State(size: 2, maximumWaiters: 1)
        #expect(shown(state.request()) == "open")
        #expect(shown(state.request()) == "open")
        #expect(shown(state.request()) == "wait")
        state.enqueue("a", id: 1, deadline: now)
        #expect(shown(state.request()) == PostgresError.poolExhausted.description)
        let (next, discard) = state.giveBack(7)
        #expect(next?.0 == "a" && discard == nil)
        #expect(state.giveBackEmpty() == nil && state.places == 1)
        _ = state.giveBack(7)
        #expect(shown(state.request()) == "use 7")
    }

    @Test func aBrokenPlaceGoesToTheNextWaiter() {
        var state = State(size: 1, maximumWaiters: 9)
        _ = state.request()
        state.enqueue("a", id: 1, deadline: now)
        state.enqueue("b", id: 2, deadline: now + .seconds(1))
        guard case ("a", .open)? = state.giveBackEmpty() else {
            Issue.record("the first waiter was not told to open")
            return
        }
        #expect(state.cancel(id: 1) == nil && state.cancel(id: 2) == "b")
        #expect(state.places == 1)
    }

    @Test func expiresInOrder() {
        var state = State(size: 1, maximumWaiters: 9)
        _ = state.request()
        for number in 1...3 { state.enqueue("\(number)", id: UInt64(number), deadline: now + .seconds(number)) }
        #expect(state.expire(now: now).isEmpty)
        #expect(state.expire(now: now + .seconds(2)) == ["1", "2"])
        #expect(state.nextDeadline == now + .seconds(3))
    }

    @Test func closedGivesNothingAndKeepsNothing() {
        var state = State(size: 2, maximumWaiters: 9)
        _ = state.request()
        _ = state.request()
        _ = state.giveBack(1)
        let (waiters, idle) = state.close()
        #expect(waiters.isEmpty && idle == [1] && state.places == 1)
        #expect(shown(state.request()) == PostgresError.closed.description)
        #expect(state.giveBack(2).discard == 2 && state.places == 0)
    }
}

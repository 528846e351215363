import Demands
import Testing

/// What each command does in each state, as the domain's words say it; the demand is routed to `works` by rules.
@Suite struct EveryCommandFromEveryState {
    /// `+` something happens, `-` nothing does, `w` no step leads there, `o` it is not open, `c` it takes no reply,
    /// `j` there is nothing to judge. In the order received, accepted, in_progress, answered, closed, refused, duplicate,
    /// reopened.
    static let table: [(name: String, action: HandleDemand.Action, outcomes: String)] = [
        ("accept", .accept, "+-wwwww+"),
        ("start", .start, "++-wwww+"),
        ("reply", Handled.reply, "++++ccc+"),
        ("acknowledge", Handled.acknowledge, "++++ccc+"),
        ("close", .close, "www+-www"),
        ("refuse", .refuse(by: nil, reason: Handled.words), "+++wwww+"),
        ("mark as a duplicate", .markDuplicate(of: Handled.other), "+++www-+"),
        ("reopen", .reopen(by: .person, reason: nil, hours: nil), "www++++-"),
        ("judge", Handled.judge, "jjj++jjj"),
        ("claim", .claim, "+++oooo+"),
        ("unclaim what nobody has claimed", .unclaim, "--------"),
        (
            "assign", .assign(responsible: "schools", steward: nil, hours: nil, reason: nil, Handled.tree),
            "+++oooo+"
        ),
        ("decline", .decline(reason: Handled.words, Handled.tree), "+++oooo+"),
        ("escalate by hand", .escalate(because: .reviewer, Handled.tree), "+++oooo+"),
        ("escalate what is overdue", .escalate(because: .overdue, Handled.tree), "+++----+"),
        ("route by rules", .route(Handled.rules("schools")), "+-------"),
        ("say whom it speaks against", .speakAgainst("schools", Handled.tree), "++++++++"),
        ("call it urgent", .setUrgent(true, hours: nil), "++++++++"),
        ("read", .read, "++++++++"),
    ]

    @Test(arguments: table.indices)
    func doesWhatTheTableSays(_ row: Int) {
        let (name, action, outcomes) = Self.table[row]
        #expect(Handled.waysThere.map { Self.outcome(action, $0.events) }.joined() == outcomes, "\(name)")
    }

    @Test func theWaysLeadThere() {
        #expect(Handled.waysThere.map(\.state) == HandlingState.allCases)
        for (state, events) in Handled.waysThere {
            #expect(Handled.state(events).demands[0].handling.state == state)
        }
    }

    private static func outcome(_ action: HandleDemand.Action, _ events: [HandlingEvent]) -> String {
        let state = Handled.state([Handled.routed("works", version: 1)] + events)
        let present = state.demands[0].handling.state
        switch Handled.refusal(action, state) {
        case .wrongState(present, _): return "w"
        case .notOpen(present): return "o"
        case .closed(present): return "c"
        case .nothingToJudge: return "j"
        case let rejection?: return "?\(rejection.code)"
        case nil: return (try? Handled.decide(action, state).isEmpty) == true ? "-" : "+"
        }
    }

    /// Nobody takes a step with a message that was withdrawn, or a demand that is not there or is part of another again.
    @Test(arguments: table.indices)
    func refusesWhatIsNotThere(_ row: Int) throws {
        let (name, action, _) = Self.table[row]
        let withdrawn = Handled.state(further: [.withdrawn(MessageWithdrawn(by: "person"))])
        let rejoined = Handled.state(further: [.demandRejoined(DemandRejoined(demand: 1, into: 2))])
        if name == "route by rules" || name == "escalate what is overdue" {
            // Processes may come late: that is no mistake.
            #expect(try Handled.decide(action, withdrawn) == [])
            #expect(try Handled.decide(action, rejoined) == [])
        } else if name == "read" {
            // Whatever became of it: who reads it is recorded.
            #expect(try Handled.decide(action, withdrawn) == [.reportRead(demand: 1)])
            #expect(try Handled.decide(action, rejoined) == [.reportRead(demand: 1)])
        } else {
            #expect(throws: MessageRejection.withdrawn) { try Handled.decide(action, withdrawn) }
            #expect(throws: MessageRejection.rejoined(1)) { try Handled.decide(action, rejoined) }
        }
        let third = DemandID(message: Handled.message, number: 3)
        #expect(throws: MessageRejection.unknownDemand(3)) {
            try Handled.decide(action, Handled.state(), demand: third)
        }
        #expect(throws: MessageRejection.unknownMessage) { try Handled.decide(action, Message.initialState) }
    }
}

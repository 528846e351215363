import EventSourcing
import JSONText

extension HandlingEvent {
    /// - Returns: nil for the types of other events.
    init?(type: String, _ body: EventBody) throws(UndecodableEvent) {
        switch type {
        case Name.routed: self = .routed(try DemandRouted(body))
        case Name.routingDeclined:
            self = .routingDeclined(
                RoutingDeclined(
                    demand: try body.int16("demand"),
                    by: try body.string("by"),
                    reason: try body.passage("reason"),
                    to: try body.optionalString("to")
                )
            )
        case Name.againstSet:
            self = .againstSet(
                DemandAgainstSet(
                    demand: try body.int16("demand"),
                    organization: try body.optionalString("organization"),
                    isGiven: try body.flag("isGiven")
                )
            )
        case Name.urgencySet:
            self = .urgencySet(
                DemandUrgencySet(
                    demand: try body.int16("demand"),
                    isUrgent: try body.flag("isUrgent"),
                    due: try body.optionalTimestamp("due"),
                    isGiven: try body.flag("isGiven")
                )
            )
        case Name.claimed:
            self = .claimed(DemandClaimed(demand: try body.int16("demand"), by: try body.string("by")))
        case Name.unclaimed: self = .unclaimed(demand: try body.int16("demand"))
        case Name.accepted: self = .accepted(demand: try body.int16("demand"))
        case Name.started: self = .started(demand: try body.int16("demand"))
        case Name.replied: self = .replied(try DemandReplied(body))
        case Name.closed: self = .closed(demand: try body.int16("demand"))
        case Name.refused:
            self = .refused(
                DemandRefused(
                    demand: try body.int16("demand"),
                    by: try body.optionalString("by"),
                    reason: try body.passage("reason")
                )
            )
        case Name.duplicateMarked:
            let text = try body.string("of")
            guard let of = DemandID(text) else { throw body.unreadable("of \(text) is no demand's id") }
            self = .duplicateMarked(DuplicateMarked(demand: try body.int16("demand"), of: of))
        case Name.reopened:
            self = .reopened(
                DemandReopened(
                    demand: try body.int16("demand"),
                    by: try body.oneOf("by"),
                    reason: try body.optionalPassage("reason"),
                    due: try body.optionalTimestamp("due")
                )
            )
        case Name.escalated:
            self = .escalated(
                DemandEscalated(
                    demand: try body.int16("demand"),
                    to: try body.string("to"),
                    because: try body.oneOf("because")
                )
            )
        case Name.judged: self = .judged(try ReplyJudged(body))
        case Name.masked:
            self = .masked(PassageMasked(passage: try body.int16("passage"), spans: try body.spans() ?? []))
        case Name.reportRead: self = .reportRead(demand: try body.int16("demand"))
        default: return nil
        }
    }

    var encoded: NewEvent {
        switch self {
        case .routed(let event): .version1(Name.routed) { event.write(to: &$0) }
        case .routingDeclined(let event):
            .version1(Name.routingDeclined) { json in
                json.field("demand", Int(event.demand))
                json.field("by", event.by)
                json.field("reason", event.reason)
                json.field("to", ifPresent: event.to)
            }
        case .againstSet(let event):
            .version1(Name.againstSet) { json in
                json.field("demand", Int(event.demand))
                json.field("organization", ifPresent: event.organization)
                if event.isGiven { json.field("isGiven", true) }
            }
        case .urgencySet(let event):
            .version1(Name.urgencySet) { json in
                json.field("demand", Int(event.demand))
                if event.isUrgent { json.field("isUrgent", true) }
                json.field("due", ifPresent: event.due?.description)
                if event.isGiven { json.field("isGiven", true) }
            }
        case .claimed(let event):
            .version1(Name.claimed) { json in
                json.field("demand", Int(event.demand))
                json.field("by", event.by)
            }
        case .unclaimed(let demand): .demand(Name.unclaimed, demand)
        case .accepted(let demand): .demand(Name.accepted, demand)
        case .started(let demand): .demand(Name.started, demand)
        case .replied(let event): .version1(Name.replied) { event.write(to: &$0) }
        case .closed(let demand): .demand(Name.closed, demand)
        case .refused(let event):
            .version1(Name.refused) { json in
                json.field("demand", Int(event.demand))
                json.field("by", ifPresent: event.by)
                json.field("reason", event.reason)
            }
        case .duplicateMarked(let event):
            .version1(Name.duplicateMarked) { json in
                json.field("demand", Int(event.demand))
                json.field("of", event.of.description)
            }
        case .reopened(let event):
            .version1(Name.reopened) { json in
                json.field("demand", Int(event.demand))
                json.field("by", event.by.rawValue)
                if let reason = event.reason { json.field("reason", reason) }
                json.field("due", ifPresent: event.due?.description)
            }
        case .escalated(let event):
            .version1(Name.escalated) { json in
                json.field("demand", Int(event.demand))
                json.field("to", event.to)
                json.field("because", event.because.rawValue)
            }
        case .judged(let event):
            .version1(Name.judged) { json in
                json.field("demand", Int(event.demand))
                json.field("isSolved", ifPresent: event.isSolved)
                json.field("isSatisfied", ifPresent: event.isSatisfied)
                json.field("by", event.by.rawValue)
                if event.isSynthetic { json.field("isSynthetic", true) }
            }
        case .masked(let event):
            .version1(Name.masked) { json in
                json.field("passage", Int(event.passage))
                json.field("spans", event.spans)
            }
        case .reportRead(let demand): .demand(Name.reportRead, demand)
        }
    }
}

extension NewEvent {
    /// An event that says nothing but which demand it is about.
    fileprivate static func demand(_ type: String, _ demand: Int16) -> NewEvent {
        .version1(type) { $0.field("demand", Int(demand)) }
    }
}

extension DemandRouted {
    fileprivate init(_ body: EventBody) throws(UndecodableEvent) {
        demand = try body.int16("demand")
        route = DemandRoute(
            responsible: try body.optionalString("responsible"),
            steward: try body.optionalString("steward"),
            method: try body.oneOf("method"),
            rulesVersion: try body.optionalInt("rulesVersion")
        )
        due = try body.optionalTimestamp("due")
        isUrgent = try body.flag("isUrgent")
        reason = try body.optionalPassage("reason")
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.field("demand", Int(demand))
        json.field("responsible", ifPresent: route.responsible)
        json.field("steward", ifPresent: route.steward)
        json.field("method", route.method.rawValue)
        json.field("rulesVersion", ifPresent: route.rulesVersion)
        json.field("due", ifPresent: due?.description)
        if isUrgent { json.field("isUrgent", true) }
        if let reason { json.field("reason", reason) }
    }
}

extension DemandReplied {
    fileprivate init(_ body: EventBody) throws(UndecodableEvent) {
        demand = try body.int16("demand")
        organization = try body.optionalString("organization")
        text = try body.passage("text")
        isSubstantive = try body.flag("isSubstantive")
        repliedAt = try body.optionalTimestamp("repliedAt")
        topic = try body.optionalString("topic")
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.field("demand", Int(demand))
        json.field("organization", ifPresent: organization)
        json.field("text", text)
        if isSubstantive { json.field("isSubstantive", true) }
        json.field("repliedAt", ifPresent: repliedAt?.description)
        json.field("topic", ifPresent: topic)
    }
}

extension ReplyJudged {
    fileprivate init(_ body: EventBody) throws(UndecodableEvent) {
        demand = try body.int16("demand")
        isSolved = try body.optionalBool("isSolved")
        isSatisfied = try body.optionalBool("isSatisfied")
        by = try body.oneOf("by")
        isSynthetic = try body.flag("isSynthetic")
    }
}

extension EventBody {
    /// The value with that name among the cases.
    fileprivate func oneOf<Value: RawRepresentable<String>>(_ name: String) throws(UndecodableEvent) -> Value {
        let text = try string(name)
        guard let value = Value(rawValue: text) else { throw unreadable("\(name) \(text) is unknown") }
        return value
    }

    /// Nil when the member is absent.
    fileprivate func optionalPassage(_ name: String) throws(UndecodableEvent) -> PassageLink? {
        has(name) ? try passage(name) : nil
    }
}

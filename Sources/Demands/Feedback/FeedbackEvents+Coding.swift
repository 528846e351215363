import EventSourcing
import Foundation
import JSONText

extension FeedbackEvent {
    package init(decoding event: RecordedEvent) throws(UndecodableEvent) {
        var body = try EventBody(event)
        guard event.schemaVersion == 1 else {
            throw body.unreadable("schema version \(event.schemaVersion) is unknown")
        }
        switch event.type {
        case Name.received: self = .received(try FeedbackReceived(&body))
        case Name.demandOpened: self = .demandOpened(try DemandOpened(&body))
        case Name.demandCategorised: self = .demandCategorised(try DemandCategorised(&body))
        case Name.withdrawn: self = .withdrawn(FeedbackWithdrawn(by: try body.string("by")))
        default: throw body.unreadable("this is no event of a feedback")
        }
    }

    package var encoded: NewEvent {
        switch self {
        case .received(let received): .version1(Name.received) { received.write(to: &$0) }
        case .demandOpened(let opened):
            .version1(Name.demandOpened) { json in
                json.field("demand", Int(opened.demand))
                if let kind = opened.kind { json.field("kind", kind.rawValue) }
            }
        case .demandCategorised(let categorised):
            .version1(Name.demandCategorised) { json in
                json.field("demand", Int(categorised.demand))
                json.field("category", categorised.category)
                json.field("method", categorised.method.rawValue)
            }
        case .withdrawn(let withdrawn): .version1(Name.withdrawn) { $0.field("by", withdrawn.by) }
        }
    }
}

extension FeedbackReceived {
    fileprivate init(_ body: inout EventBody) throws(UndecodableEvent) {
        channel = try body.string("channel")
        source = try body.optionalString("source")
        occurredAt = try body.optionalTimestamp("occurredAt")
        organization = try body.optionalString("organization")
        place = try body.optionalString("place")
        language = try body.optionalString("language")
        reportedSupport = try body.optionalInt("reportedSupport") ?? 0
        person = try body.optionalUUID("person")
        text = try body.passage("text")
        subject = body.has("subject") ? try body.passage("subject") : nil
        var groups: [GroupLink] = []
        for group in try body.objects("groups") {
            let ties = try group.strings("ties")
            var known: [Tie] = []
            for tie in ties {
                guard let tie = Tie(rawValue: tie) else { throw group.unreadable("tie \(tie) is unknown") }
                known.append(tie)
            }
            groups.append(
                GroupLink(name: try group.string("name"), ties: known, assertedBy: try group.string("assertedBy"))
            )
        }
        self.groups = groups
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.field("channel", channel)
        if let source { json.field("source", source) }
        if let occurredAt { json.field("occurredAt", occurredAt.description) }
        if let organization { json.field("organization", organization) }
        if let place { json.field("place", place) }
        if !groups.isEmpty {
            json.array("groups", of: groups) { json, group in
                json.object { json in
                    json.field("name", group.name)
                    json.field("ties", group.ties.map(\.rawValue))
                    json.field("assertedBy", group.assertedBy)
                }
            }
        }
        if let language { json.field("language", language) }
        if reportedSupport != 0 { json.field("reportedSupport", reportedSupport) }
        if let person { json.field("person", person.uuidString.lowercased()) }
        json.field("text", text)
        if let subject { json.field("subject", subject) }
    }
}

extension DemandOpened {
    fileprivate init(_ body: inout EventBody) throws(UndecodableEvent) {
        demand = try body.int16("demand")
        kind = try body.optionalString("kind").map { (name) throws(UndecodableEvent) in
            guard let kind = DemandKind(rawValue: name) else { throw body.unreadable("kind \(name) is unknown") }
            return kind
        }
    }
}

extension DemandCategorised {
    fileprivate init(_ body: inout EventBody) throws(UndecodableEvent) {
        demand = try body.int16("demand")
        category = try body.string("category")
        let name = try body.string("method")
        guard let method = CategoryMethod(rawValue: name) else { throw body.unreadable("method \(name) is unknown") }
        self.method = method
    }
}

extension JSONWriter {
    fileprivate mutating func field(_ name: String, _ passage: PassageLink) {
        object(name) { json in
            json.field("passage", Int(passage.number))
            json.field("commitment", passage.commitment)
        }
    }
}

extension EventBody {
    fileprivate func passage(_ name: String) throws(UndecodableEvent) -> PassageLink {
        let link = try object(name)
        return PassageLink(number: try link.int16("passage"), commitment: try link.string("commitment"))
    }
}

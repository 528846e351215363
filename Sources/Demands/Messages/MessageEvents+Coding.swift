import EventSourcing
import Foundation
import JSONText

extension MessageEvent {
    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        let body = try EventBody(event)
        switch event.type {
        case Name.received: self = .received(try FeedbackReceived(body))
        case Name.responded: self = .responded(try ResponseSubmitted(body))
        case Name.amended: self = .amended(FeedbackAmended(content: try FeedbackReceived(body)))
        case Name.added: self = .added(AdditionReceived(text: try body.passage("text")))
        case Name.demandOpened: self = .demandOpened(try DemandOpened(body))
        case Name.demandCategorised: self = .demandCategorised(try DemandCategorised(body))
        case Name.demandKindSet:
            self = .demandKindSet(
                DemandKindSet(
                    demand: try body.int16("demand"),
                    kind: try body.kind(),
                    method: try body.method(),
                    methodVersion: try body.optionalInt("methodVersion"),
                    confidence: try body.optionalConfidence("confidence")
                )
            )
        case Name.demandJudged:
            self = .demandJudged(
                DemandJudged(
                    demand: try body.int16("demand"),
                    value: body.has("category")
                        ? .category(try body.string("category")) : .kind(try body.kind()),
                    model: try body.int("model"),
                    confidence: try body.confidence("confidence")
                )
            )
        case Name.demandLinked: self = .demandLinked(try DemandLinked(body))
        case Name.demandGroupsSet:
            self = .demandGroupsSet(
                DemandGroupsSet(demand: try body.int16("demand"), groups: try body.groups(), method: try body.method())
            )
        case Name.demandPlaceSet:
            self = .demandPlaceSet(
                DemandPlaceSet(
                    demand: try body.int16("demand"),
                    place: try body.optionalString("place"),
                    method: try body.method()
                )
            )
        case Name.demandNarrowed:
            self = .demandNarrowed(
                DemandNarrowed(
                    demand: try body.int16("demand"),
                    passage: body.has("passage") ? try body.int16("passage") : nil,
                    spans: try body.spans()
                )
            )
        case Name.demandRejoined:
            self = .demandRejoined(DemandRejoined(demand: try body.int16("demand"), into: try body.int16("into")))
        case Name.withdrawn: self = .withdrawn(MessageWithdrawn(by: try body.string("by")))
        case Name.forgotten: self = .forgotten(MessageForgotten(scope: try body.string("scope")))
        default:
            guard let handled = try HandlingEvent(type: event.type, body) else {
                throw body.unreadable("this is no event of a message")
            }
            self = .handled(handled)
        }
    }

    package var encoded: NewEvent {
        switch self {
        case .received(let received): .version1(Name.received) { $0.write(received) }
        case .amended(let amended): .version1(Name.amended) { $0.write(amended.content) }
        case .responded(let response):
            .version1(Name.responded) { json in
                json.field("survey", response.survey.uuidString.lowercased())
                json.field("surveyVersion", response.surveyVersion)
                json.write(response.coordinates)
                json.array("answers", of: response.answers) { json, answer in
                    json.object { json in
                        json.field("question", answer.question)
                        switch answer.value {
                        case .options(let options): json.field("options", options)
                        case .scale(let value): json.field("scale", value)
                        case .text(let passage): json.field("text", passage)
                        }
                    }
                }
            }
        case .added(let addition): .version1(Name.added) { $0.field("text", addition.text) }
        case .demandOpened(let opened):
            .version1(Name.demandOpened) { json in
                json.field("demand", Int(opened.demand))
                if let kind = opened.kind { json.field("kind", kind.rawValue) }
                if let passage = opened.passage { json.field("passage", Int(passage)) }
                json.field("spans", ifPresent: opened.spans)
                if let parent = opened.dividedFrom { json.field("dividedFrom", Int(parent)) }
                json.field("against", ifPresent: opened.against)
                if opened.isUrgent { json.field("isUrgent", true) }
            }
        case .demandCategorised(let categorised):
            .version1(Name.demandCategorised) { json in
                json.field("demand", Int(categorised.demand))
                json.field("category", categorised.category)
                json.field("method", categorised.method.rawValue)
                json.field("methodVersion", ifPresent: categorised.methodVersion)
                json.field("confidence", ifPresent: categorised.confidence)
                guard let carried = categorised.carried else { return }
                json.object("carried") { json in
                    json.field("category", carried.category)
                    json.field("method", carried.method.rawValue)
                    json.field("methodVersion", ifPresent: carried.methodVersion)
                    if carried.isUndecided { json.field("undecided", true) }
                }
            }
        case .demandKindSet(let set):
            .version1(Name.demandKindSet) { json in
                json.field("demand", Int(set.demand))
                if let kind = set.kind { json.field("kind", kind.rawValue) }
                json.field("method", set.method.rawValue)
                json.field("methodVersion", ifPresent: set.methodVersion)
                json.field("confidence", ifPresent: set.confidence)
            }
        case .demandJudged(let judged):
            .version1(Name.demandJudged) { json in
                json.field("demand", Int(judged.demand))
                switch judged.value {
                case .category(let category): json.field("category", category)
                case .kind(let kind): json.field("kind", ifPresent: kind?.rawValue)
                }
                json.field("model", judged.model)
                json.field("confidence", judged.confidence)
            }
        case .demandLinked(let link):
            .version1(Name.demandLinked) { json in
                json.field("demand", Int(link.demand))
                json.field("position", link.position)
                json.field("topic", ifPresent: link.topic)
                json.field("method", link.method)
                json.field("confidence", link.confidence)
                json.field("because", ifPresent: link.because.map { Int($0) })
                json.field("sameWordingAs", ifPresent: link.sameWordingAs.map { Int($0) })
            }
        case .demandGroupsSet(let set):
            .version1(Name.demandGroupsSet) { json in
                json.field("demand", Int(set.demand))
                json.write(set.groups)
                json.field("method", set.method.rawValue)
            }
        case .demandPlaceSet(let set):
            .version1(Name.demandPlaceSet) { json in
                json.field("demand", Int(set.demand))
                if let place = set.place { json.field("place", place) }
                json.field("method", set.method.rawValue)
            }
        case .demandNarrowed(let narrowed):
            .version1(Name.demandNarrowed) { json in
                json.field("demand", Int(narrowed.demand))
                if let passage = narrowed.passage { json.field("passage", Int(passage)) }
                json.field("spans", ifPresent: narrowed.spans)
            }
        case .demandRejoined(let rejoined):
            .version1(Name.demandRejoined) { json in
                json.field("demand", Int(rejoined.demand))
                json.field("into", Int(rejoined.into))
            }
        case .handled(let handled): handled.encoded
        case .withdrawn(let withdrawn): .version1(Name.withdrawn) { $0.field("by", withdrawn.by) }
        case .forgotten(let forgotten): .version1(Name.forgotten) { $0.field("scope", forgotten.scope) }
        }
    }
}

extension FeedbackReceived {
    fileprivate init(_ body: EventBody) throws(UndecodableEvent) {
        coordinates = try MessageCoordinates(body)
        text = try body.passage("text")
        subject = body.has("subject") ? try body.passage("subject") : nil
    }
}

extension ResponseSubmitted {
    fileprivate init(_ body: EventBody) throws(UndecodableEvent) {
        guard let survey = try body.optionalUUID("survey") else { throw body.unreadable("survey is missing") }
        self.survey = survey
        surveyVersion = try body.int("surveyVersion")
        coordinates = try MessageCoordinates(body)
        var answers: [Answer] = []
        for answer in try body.objects("answers") {
            let value: Value
            if answer.has("options") {
                value = .options(try answer.strings("options"))
            } else if answer.has("scale") {
                value = .scale(try answer.int("scale"))
            } else {
                value = .text(try answer.passage("text"))
            }
            answers.append(Answer(question: try answer.string("question"), value: value))
        }
        self.answers = answers
    }
}

extension MessageCoordinates {
    fileprivate init(_ body: EventBody) throws(UndecodableEvent) {
        channel = try body.string("channel")
        source = try body.optionalString("source")
        occurredAt = try body.optionalTimestamp("occurredAt")
        organization = try body.optionalString("organization")
        place = try body.optionalString("place")
        groups = try body.groups()
        language = try body.optionalString("language")
        reportedSupport = try body.optionalInt("reportedSupport") ?? 0
        person = try body.optionalUUID("person")
    }
}

extension DemandOpened {
    fileprivate init(_ body: EventBody) throws(UndecodableEvent) {
        demand = try body.int16("demand")
        kind = try body.kind()
        passage = body.has("passage") ? try body.int16("passage") : nil
        spans = try body.spans()
        dividedFrom = body.has("dividedFrom") ? try body.int16("dividedFrom") : nil
        against = try body.optionalString("against")
        isUrgent = try body.flag("isUrgent")
    }
}

extension DemandCategorised {
    fileprivate init(_ body: EventBody) throws(UndecodableEvent) {
        demand = try body.int16("demand")
        category = try body.string("category")
        method = try body.method()
        methodVersion = try body.optionalInt("methodVersion")
        confidence = try body.optionalConfidence("confidence")
        guard body.has("carried") else { return }
        let carried = try body.object("carried")
        self.carried = CarriedCategory(
            category: try carried.string("category"),
            method: try carried.method(),
            methodVersion: try carried.optionalInt("methodVersion"),
            isUndecided: carried.has("undecided")
        )
    }
}

extension DemandLinked {
    fileprivate init(_ body: EventBody) throws(UndecodableEvent) {
        demand = try body.int16("demand")
        position = Position(try body.int("position"))
        topic = try body.optionalString("topic")
        method = try body.string("method")
        confidence = try body.confidence("confidence")
        because = try body.optionalInt("because").map { Position($0) }
        sameWordingAs = try body.optionalInt("sameWordingAs").map { Position($0) }
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ received: FeedbackReceived) {
        write(received.coordinates)
        field("text", received.text)
        if let subject = received.subject { field("subject", subject) }
    }

    fileprivate mutating func write(_ coordinates: MessageCoordinates) {
        field("channel", coordinates.channel)
        if let source = coordinates.source { field("source", source) }
        if let occurredAt = coordinates.occurredAt { field("occurredAt", occurredAt.description) }
        if let organization = coordinates.organization { field("organization", organization) }
        if let place = coordinates.place { field("place", place) }
        if !coordinates.groups.isEmpty { write(coordinates.groups) }
        if let language = coordinates.language { field("language", language) }
        if coordinates.reportedSupport != 0 { field("reportedSupport", coordinates.reportedSupport) }
        if let person = coordinates.person { field("person", person.uuidString.lowercased()) }
    }

    fileprivate mutating func write(_ groups: [GroupLink]) {
        array("groups", of: groups) { json, group in
            json.object { json in
                json.field("name", group.name)
                json.field("ties", group.ties.map(\.rawValue))
                json.field("assertedBy", group.assertedBy)
            }
        }
    }

    /// Writes a link to a passage, in the form by which `chorus log verify` finds it.
    package mutating func field(_ name: String, _ passage: PassageLink) {
        object(name) { json in
            json.field("passage", Int(passage.number))
            json.field("commitment", passage.commitment)
        }
    }
}

extension EventBody {
    /// A link to a passage.
    package func passage(_ name: String) throws(UndecodableEvent) -> PassageLink {
        let link = try object(name)
        return PassageLink(number: try link.int16("passage"), commitment: try link.string("commitment"))
    }

    func kind() throws(UndecodableEvent) -> DemandKind? {
        guard let name = try optionalString("kind") else { return nil }
        guard let kind = DemandKind(rawValue: name) else { throw unreadable("kind \(name) is unknown") }
        return kind
    }

    fileprivate func method() throws(UndecodableEvent) -> ClassificationMethod {
        let name = try string("method")
        guard let method = ClassificationMethod(rawValue: name) else { throw unreadable("method \(name) is unknown") }
        return method
    }

    /// Nil when the member is absent.
    func spans() throws(UndecodableEvent) -> [Span]? {
        guard has("spans") else { return nil }
        var spans: [Span] = []
        for span in try objects("spans") {
            guard let span = Span(from: try span.int("from"), to: try span.int("to")) else {
                throw span.unreadable("a span ends where it begins, or before")
            }
            spans.append(span)
        }
        return spans
    }

    fileprivate func groups() throws(UndecodableEvent) -> [GroupLink] {
        var groups: [GroupLink] = []
        for group in try objects("groups") {
            var ties: [Tie] = []
            for tie in try group.strings("ties") {
                guard let tie = Tie(rawValue: tie) else { throw group.unreadable("tie \(tie) is unknown") }
                ties.append(tie)
            }
            groups.append(
                GroupLink(name: try group.string("name"), ties: ties, assertedBy: try group.string("assertedBy"))
            )
        }
        return groups
    }
}

import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import Topics

/// `GET /v1/topics`, `GET /v1/topics/{topic}` and what reviewers make of topics; `GET /v1/topics/published` for everybody.
///
/// Whatever a reviewer does is an operation with a number, and can be undone by it.
struct TopicRoutes: Sendable {
    let services: Services
    let access: Access
    let read: BoundedRead
    /// What supports with a publishable key take from.
    let intakeLimiter: RateLimiter

    private var reads: TopicReads { TopicReads(read: read) }

    var routes: [Route] {
        let reviewers: Set<Scope> = [.reviewer, .admin]
        return [
            .keyed(.get, "/v1/topics", reviewers, access, respond: list),
            .keyed(
                .get,
                "/v1/topics/published",
                [.intake, .collector, .reviewer, .analyst, .author, .admin],
                access,
                respond: published
            ),
            .keyed(.get, "/v1/topics/{topic}", reviewers, access, respond: show),
            .keyed(.post, "/v1/topics/{topic}/merge", reviewers, access, respond: merge),
            .keyed(.post, "/v1/topics/{topic}/split", reviewers, access, respond: split),
            .keyed(.post, "/v1/topics/{topic}/title", reviewers, access, respond: title),
            .keyed(.post, "/v1/topics/{topic}/support", [.intake, .collector, .admin], access, respond: support),
            .keyed(.post, "/v1/demands/{id}/topic", reviewers, access, respond: move),
            .keyed(.post, "/v1/topics/operations/{number}/undo", reviewers, access, respond: undo),
        ]
    }

    // MARK: Reading

    private func list(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(["order", "limit", "min_position"])
        try requireWholeTenant(caller)
        let order =
            try query.oneOf("order", TopicReads.Order.allCases.map(\.rawValue)).flatMap {
                TopicReads.Order(rawValue: $0)
            }
            ?? .heat
        let limit = Int(try query.int64("limit", in: 1...1_000) ?? 100)
        try await services.wait(for: query, tenant: caller.tenant.id)
        let (rows, position) = try await reads.list(caller.tenant.id, by: order, limit: limit)
        return .json { json in
            json.field("position", position)
            json.array("topics", of: rows) { json, row in json.object { row.write(to: &$0) } }
        }
    }

    private func show(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(["limit", "min_position"])
        let topic = try topic(call)
        let limit = Int(try query.int64("limit", in: 1...1_000) ?? 100)
        try await services.wait(for: query, tenant: caller.tenant.id)
        let organization = caller.has(.admin) ? nil : caller.key.organization
        let (found, position) = try await reads.topic(
            topic,
            caller.tenant.id,
            organization: organization,
            guarded: try await services.guarded(organization, caller),
            limit: limit
        )
        guard let found, organization == nil || !found.demands.isEmpty else { throw Problem.notFound }
        let uses = found.demands.map { demand in
            ProposedTitle.Use(person: demand.person?.text, subject: demand.wording?.gist ?? "")
        }
        // Of those shown: phrases of at least five of their people.
        let proposal = organization == nil ? ProposedTitle.propose(uses) : nil
        return .json { json in
            json.field("position", position)
            if organization == nil { found.row.write(to: &json) } else { json.field("topic", found.row.topic) }
            json.field("proposedTitle", proposal)
            json.array("demandsShown", of: found.demands) { json, demand in json.object { demand.write(to: &$0) } }
        }
    }

    private func published(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let topics = try await reads.published(caller.tenant.id)
        return .json { json in
            json.array("topics", of: topics) { json, topic in
                json.object { json in
                    json.field("topic", topic.topic)
                    json.field("title", topic.title)
                    json.field("demands", Int(topic.demands))
                    json.field("people", Int(topic.people))
                }
            }
        }
    }

    // MARK: Supporting

    /// Supports a published topic: once for each person that a collector knows, or for each Idempotency-Key.
    private func support(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let topic = try topic(call)
        if caller.key.isPublishable { _ = try intakeLimiter.require(caller.key.id, call.peer) }
        let key = try IdempotencyKey(call, mustBeUUID: caller.key.isPublishable)
        var fields = FieldReader(try await call.jsonBody())
        let source = fields.string("source", maximumScalars: 100)
        let reference = fields.string("personRef", maximumScalars: 200)
        if reference != nil, source == nil {
            fields.report(
                "source",
                code: .required,
                detail: "is needed with personRef: a person is known within one source"
            )
        }
        if reference != nil, caller.key.isPublishable {
            fields.report("personRef", code: .notAllowed, detail: "cannot be said with a publishable key")
        }
        if reference == nil, key == nil {
            fields.report(
                "personRef",
                code: .required,
                detail: "is needed unless an Idempotency-Key is sent: support counts once"
            )
        }
        try finish(&fields)
        let isPublished = try await reads.published(caller.tenant.id).contains { $0.topic == topic.description }
        guard isPublished else { throw Problem.notFound }
        let person = source.flatMap { source in
            reference.map { PersonReference(source: source, reference: $0) }
        }
        let parts =
            person.map { ["support", topic.description, "person", $0.source, $0.reference] }
            ?? ["support", topic.description, "key", caller.key.id, key?.text ?? ""]
        let stream = StreamID(type: TopicSupport.streamType, id: MessageIntake.streamID(parts, caller.tenant))
        let appended = try await services.store.execute(
            Submission(
                tenant: caller.tenant.id,
                stream: stream,
                likelyNew: true,
                person: person,
                actor: caller.actor,
                recognisesItself: true
            ) { known in
                let command = TopicSupport.Command(topic: topic, person: known.personToken)
                let isGiven = try TopicSupport.state(after: known.history)
                return Decision(events: try TopicSupport.decide(command, isGiven).map(\.encoded))
            }
        )
        return .json { json in
            json.field("topic", topic.description)
            json.field("position", appended.history.first?.position ?? 0)
        }
    }

    // MARK: Reviewing

    private func merge(_ call: Call, _ caller: Caller) async throws -> Response {
        let into = try topic(call)
        var fields = FieldReader(try await call.jsonBody())
        let names = fields.strings("from", required: true, maximum: 100, maximumScalars: 30) ?? []
        let from = names.compactMap { name in
            let topic = TopicID(name)
            if topic == nil { fields.report("from", code: .badFormat, detail: "must be names of topics, such as t17") }
            return topic
        }
        try finish(&fields)
        return try await carryOut(.merge(from, into: into), [into] + from, [], call, caller)
    }

    private func split(_ call: Call, _ caller: Caller) async throws -> Response {
        let topic = try topic(call)
        var fields = FieldReader(try await call.jsonBody())
        let ids = fields.strings("demands", required: true, maximum: 1_000, maximumScalars: 50) ?? []
        var positions: [Position] = []
        for id in ids {
            guard let demand = DemandID(id),
                let position = try await reads.position(of: demand, caller.tenant.id)
            else {
                fields.report("demands", code: .notAllowed, detail: "\(id.prefix(50)) is no demand of a topic")
                break
            }
            positions.append(position)
        }
        try finish(&fields)
        return try await carryOut(.split(topic, demands: positions), [topic], positions, call, caller)
    }

    private func title(_ call: Call, _ caller: Caller) async throws -> Response {
        let topic = try topic(call)
        var fields = FieldReader(try await call.jsonBody())
        let title = fields.string("title", required: true, maximumScalars: TopicBook.longestTitle)
        let isApproved = fields.bool("approve") ?? false
        try finish(&fields)
        let command: TopicBook.Command =
            isApproved ? .approveTitle(topic, title: title ?? "") : .rename(topic, title: title ?? "")
        return try await carryOut(command, [topic], [], call, caller)
    }

    private func move(_ call: Call, _ caller: Caller) async throws -> Response {
        guard let id = DemandID(call.parameters.first ?? "") else { throw Problem.notFound }
        var fields = FieldReader(try await call.jsonBody())
        let topic = fields.parsed("topic", required: true, expecting: "the name of a topic, such as t17") {
            TopicID($0)
        }
        try finish(&fields)
        _ = try await services.reviewable(id, caller)
        guard let topic, let position = try await reads.position(of: id, caller.tenant.id) else {
            throw Problem(409, "not-placed", "the finder has not placed this demand yet; ask again a little later")
        }
        return try await carryOut(.move(position, to: topic), [topic], [position], call, caller)
    }

    private func undo(_ call: Call, _ caller: Caller) async throws -> Response {
        guard let text = call.parameters.first, let number = Int(text), String(number) == text, number > 0 else {
            throw Problem.notFound
        }
        var fields = FieldReader(try await call.jsonBody())
        try finish(&fields)
        return try await carryOut(.undo(number), [], [], call, caller)
    }

    private func finish(_ fields: inout FieldReader) throws(Problem) {
        fields.finish()
        guard fields.errors.isEmpty else { throw Problem.fields(fields.errors) }
    }

    /// Has a command on the tenant's topics decided, on what the read model knows of these topics and demands.
    private func carryOut(
        _ command: TopicBook.Command,
        _ topics: [TopicID],
        _ positions: [Position],
        _ call: Call,
        _ caller: Caller
    ) async throws -> Response {
        _ = try call.query.values([])
        try requireWholeTenant(caller)
        let key = try IdempotencyKey(call)
        let stream = StreamID.only(TopicBook.streamType)
        let links = try await reads.links(of: topics, positions, caller.tenant.id)
        let appended = try await services.store.execute(
            Submission(
                tenant: caller.tenant.id,
                stream: stream,
                commandID: key?.commandID("topics", stream, caller: caller.key.id, secret: caller.tenant.intakeSecret),
                actor: caller.actor
            ) { known in
                var state = try TopicBook.state(after: known.history)
                for link in links { state.know(link) }
                return Decision(events: try TopicBook.decide(command, state).map(\.encoded))
            }
        )
        let event = appended.history.first { $0.position == appended.commandPosition }
        let operation: Int? =
            switch try event.map({ try TopicBookEvent(decoding: $0) }) {
            case .operation(let operation): operation.number
            case .undone(let undone): undone.operation
            case nil: nil
            }
        return .json { json in
            json.field("position", appended.commandPosition ?? appended.position)
            json.field("operation", operation)
        }
    }

    /// Topics gather what people say to every organization of the tenant.
    private func requireWholeTenant(_ caller: Caller) throws(Problem) {
        guard caller.has(.admin) || caller.key.organization == nil else {
            throw Problem(
                403,
                "whole-tenant-only",
                "topics gather the demands of all organizations; a key of one organization sees its own demands of one topic: "
                    + "GET /v1/topics/{topic}"
            )
        }
    }

    private func topic(_ call: Call) throws(Problem) -> TopicID {
        guard let topic = TopicID(String(call.parameters.first ?? "")) else { throw Problem.notFound }
        return topic
    }
}

extension TopicReads.Row {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("topic", topic)
        json.field("title", title)
        json.field("isTitleApproved", isApproved)
        json.field("category", category)
        json.field("demands", Int(demands))
        json.field("people", Int(people))
        json.field("unidentified", Int(unidentified))
        json.field("wordings", Int(wordings))
        json.field("supporters", Int(supporters))
        json.field("reportedSupport", support)
        json.field("firstAt", firstAt)
        json.field("lastAt", lastAt)
        json.field("heat", heat.map { ($0 * 10_000).rounded() / 10_000 })
        json.field("places", places)
        json.field("groups", groups)
        json.field("peopleLast4Weeks", Int(recentPeople))
        json.field("people4WeeksBefore", Int(earlierPeople))
    }
}

extension TopicReads.Demand {
    /// Never who spoke.
    fileprivate func write(to json: inout JSONWriter) {
        json.field("id", "\(id)")
        json.field("openedPosition", position)
        json.field("sameWordingAs", sameWordingAs.map { Int($0) })
        json.field("category", category)
        json.field("foundTopic", found)
        json.field("confidence", Double(confidence) / 10_000)
        json.field("occurredAt", occurredAt)
        json.field("subject", wording?.subject)
        json.field("text", wording?.text)
    }
}

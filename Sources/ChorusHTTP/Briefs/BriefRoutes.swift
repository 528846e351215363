import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import Topics

/// `POST|GET /v1/briefs`, `GET /v1/briefs/{brief}`, and what becomes of one: `/wording`, `/ask`, `/deliver`, `/outcome`,
/// `/drop`.
///
/// A reviewer of one organization drafts, sees and changes that organization's briefs, counted of its own demands.
struct BriefRoutes: Sendable {
    let services: Services
    let access: Access
    let read: BoundedRead

    private var reads: BriefReads { BriefReads(read: read) }

    var routes: [Route] {
        let reviewers: Set<Scope> = [.reviewer, .admin]
        return [
            .keyed(.post, "/v1/briefs", reviewers, access, respond: draft),
            .keyed(.get, "/v1/briefs", reviewers, access, respond: list),
            .keyed(.get, "/v1/briefs/{brief}", reviewers, access, respond: show),
            .keyed(.post, "/v1/briefs/{brief}/wording", reviewers, access) {
                try await change($0, $1, "wording", wording)
            },
            .keyed(.post, "/v1/briefs/{brief}/ask", reviewers, access, respond: ask),
            .keyed(.post, "/v1/briefs/{brief}/deliver", reviewers, access, respond: deliver),
            .keyed(.post, "/v1/briefs/{brief}/outcome", reviewers, access) {
                try await change($0, $1, "outcome", outcome)
            },
            .keyed(.post, "/v1/briefs/{brief}/drop", reviewers, access) { try await change($0, $1, "drop", drop) },
        ]
    }

    // MARK: Drafting

    private struct Draft: Sendable {
        let organization: String
        let title: String
        let text: String
        let language: String?
        let topics: [TopicID]
    }

    private func draft(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let key = try IdempotencyKey(call)
        let given = try await given(call, caller)
        let id = key.map { MessageIntake.streamID(["brief", caller.key.id, $0.text], caller.tenant) } ?? .timeOrdered()
        let stream = StreamID(type: Brief.streamType, id: id)
        let own = caller.onlyOrganization
        let material = try await reads.material(given.topics, caller.tenant.id, of: own)
        let book = StreamID.only(TopicBook.streamType)
        let appended = try await services.store.execute(
            Submission(
                tenant: caller.tenant.id,
                stream: stream,
                reads: [book],
                likelyNew: key == nil,
                actor: caller.actor,
                bytes: Submission.usualBytes + given.text.utf8.count,
                recognisesItself: true
            ) { known in
                guard known.history.isEmpty else { return .nothing }
                let state = try TopicBook.state(after: known.others[book] ?? [])
                return try Self.decide(given, material, state, own)
            }
        )
        guard let first = appended.history.first, case .drafted(let drafted) = try BriefEvent(decoding: first) else {
            throw Problem.notFound
        }
        if appended.isRepeat { try await requireSame(given, drafted, stream, caller) }
        // Of the first event only, so that a repeat answers the same, whatever has happened since.
        guard let record = try BriefRecord([first]) else { throw Problem.notFound }
        var headers = Precondition.headers(record.version)
        headers[.location] = "/v1/briefs/" + id.text
        return .json(status: .created, headers: headers) { record.writeStatus(to: &$0) }
    }

    private static func decide(
        _ given: Draft,
        _ material: BriefReads.Material,
        _ book: TopicBookState,
        _ organization: String?
    ) throws -> Decision {
        var book = book
        for link in material.links { book.know(link) }
        let own = Set(material.links.map(\.topic.description)).union(material.counted.topics.keys)
        let topics = given.topics.map { topic -> DraftBrief.Named in
            let present = book.present(topic)
            // Whoever counts their own demands only is told of no topic that holds none of them.
            guard book.knows(topic), organization == nil || own.contains(topic.description) else {
                return .init(topic, .unknown)
            }
            guard present == topic else { return .init(topic, .ended(into: present)) }
            return .init(topic, material.counted.topics[topic.description].map { .counted($0) } ?? .unknown)
        }
        let title = SealedPassage(1, "title", given.title, given.language)
        let text = SealedPassage(2, "text", given.text, given.language)
        let draft = DraftBrief(
            organization: given.organization,
            title: title.link,
            text: text.link,
            topics: topics,
            all: material.counted.all ?? .none,
            position: material.position,
            projectorVersion: material.projectorVersion,
            countedOf: organization
        )
        let events = try Brief.decide(.draft(draft), Brief.initialState)
        return Decision(events: events.map(\.encoded), passages: [title.passage, text.passage])
    }

    private func given(_ call: Call, _ caller: Caller) async throws -> Draft {
        var fields = FieldReader(try await call.jsonBody())
        let own = caller.onlyOrganization
        let organization = fields.parsed(
            "organization",
            required: own == nil,
            expecting: "a code: up to 64 lower-case letters, digits and hyphens",
            CodeForms.organization
        )
        if let own, let organization, organization != own {
            fields.report("organization", code: .notAllowed, detail: "must be \(own), the organization of your key")
        }
        let title = fields.briefTitle(required: true)
        let text = fields.briefText(required: true)
        let language = fields.language()
        let names = fields.strings("topics", required: true, maximum: 100, maximumScalars: 30) ?? []
        var topics: [TopicID] = []
        for name in names {
            if let topic = TopicID(name) {
                topics.append(topic)
            } else {
                fields.report("topics", code: .badFormat, detail: "must be names of topics, such as t17")
                break
            }
        }
        try finish(&fields)
        guard let organization = organization ?? own, let title, let text else { throw Problem.fields(fields.errors) }
        return Draft(organization: organization, title: title, text: text, language: language, topics: topics)
    }

    /// Whether a repeated draft says what the stored one says.
    private func requireSame(
        _ given: Draft,
        _ drafted: BriefDrafted,
        _ stream: StreamID,
        _ caller: Caller
    ) async throws {
        let words = try await services.store.passages(of: stream, tenant: caller.tenant.id)
        func same(_ link: PassageLink, _ text: String) -> Bool {
            words[link.number].map { $0.body.utf8.elementsEqual(text.utf8) } ?? true
        }
        guard drafted.organization.utf8.elementsEqual(given.organization.utf8),
            drafted.topics.map(\.topic) == given.topics.sorted(), same(drafted.title, given.title),
            same(drafted.text, given.text)
        else {
            throw Problem(
                422,
                "idempotency-key-reused",
                "this Idempotency-Key came with another brief before; that one is stored and was not changed"
            )
        }
    }

    // MARK: Reading

    private func show(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let stream = try call.briefStream
        let record = try await own(stream, caller)
        let words = try await services.store.passages(of: stream, tenant: caller.tenant.id)
        // Numbers of the whole tenant that grow are for those who may see them at their topics.
        let mayCount = caller.onlyOrganization == nil || caller.onlyOrganization == record.draft.countedOf
        let now = mayCount ? try await reads.now(record.draft, caller.tenant.id) : nil
        return .json(headers: Precondition.headers(record.version)) { record.write(to: &$0, words: words, now: now) }
    }

    private func list(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(BriefFilter.parameters)
        let filter = try BriefFilter(query, caller)
        let secret = caller.tenant.intakeSecret
        let epoch = try await services.head(of: caller.tenant.id).epoch
        let after = try filter.place(query["cursor"], secret: secret, epoch: epoch)
        try await services.wait(for: query, tenant: caller.tenant.id)
        let (rows, position) = try await read.run { connection in
            guard let position = try await Generations.enterLive("briefs", tenant: caller.tenant.id, on: connection)
            else { throw Problem.unavailable("not-yet", "the briefs are not projected yet; ask again a little later") }
            return (
                try await connection.query(filter.statement(tenant: caller.tenant.id.rawValue, after: after)), position
            )
        }
        let briefs = try rows.prefix(filter.limit).map { try BriefRow($0) }
        var headers: HTTPFields = [:]
        if rows.count > filter.limit, let last = briefs.last {
            let cursor = PageCursor([last.draftedPosition])
                .text(question: filter.question, secret: secret, epoch: epoch)
            headers[.link] = NextLink.header("/v1/briefs", query, cursor: cursor)
        }
        return .json(headers: headers) { json in
            json.field("position", position)
            json.array("briefs", of: briefs) { json, brief in brief.write(to: &json) }
        }
    }

    // MARK: Changing

    /// What a body asks for; nil when it has mistakes, which then are in the reader.
    private typealias Reading = @Sendable (inout FieldReader) -> BriefChange?

    private func wording(_ fields: inout FieldReader) -> BriefChange? {
        let title = fields.briefTitle(required: false)
        let text = fields.briefText(required: false)
        return .reword(title: title, text: text, language: fields.language())
    }

    private func outcome(_ fields: inout FieldReader) -> BriefChange? {
        let outcome = fields.oneOf("outcome", BriefOutcomeRecorded.Outcome.self, required: true)
        let words = fields.string("words", maximumScalars: 20_000, allow: .lineBreaks)
        let time = fields.time("decidedAt")
        return outcome.map { .record($0, words: words, at: time) }
    }

    private func drop(_ fields: inout FieldReader) -> BriefChange? {
        fields.string("reason", required: true, maximumScalars: 2_000, allow: .lineBreaks).map { .drop(reason: $0) }
    }

    private func ask(_ call: Call, _ caller: Caller) async throws -> Response {
        let stream = try call.briefStream
        try await call.requireNoContent()
        return try await execute(.ask, stream, "ask", call, caller)
    }

    private func deliver(_ call: Call, _ caller: Caller) async throws -> Response {
        let stream = try call.briefStream
        var fields = FieldReader(try await call.jsonBody())
        let code = fields.parsed(
            "toOrganization",
            expecting: "a code: up to 64 lower-case letters, digits and hyphens",
            CodeForms.organization
        )
        let words = fields.string("to", maximumScalars: 500)
        let time = fields.time("deliveredAt")
        if (code == nil) == (words == nil), fields.errors.isEmpty {
            fields.report(
                "to",
                code: .required,
                detail: "name whoever decides in words (to), or as a registered organization (toOrganization); not both"
            )
        }
        if let code {
            let organizations = try await services.folded.state(
                of: Organizations.self,
                type: Organizations.streamType,
                tenant: caller.tenant.id
            )
            if organizations[code] == nil {
                fields.report(
                    "toOrganization",
                    code: .notAllowed,
                    detail: "must be a registered organization (GET /v1/organizations); name others in words (to)"
                )
            }
        }
        try finish(&fields)
        let recipient: BriefChange.Recipient = code.map { .organization($0) } ?? .named(words ?? "")
        return try await execute(.deliver(to: recipient, at: time), stream, "deliver", call, caller)
    }

    private func change(_ call: Call, _ caller: Caller, _ verb: String, _ read: Reading) async throws -> Response {
        let stream = try call.briefStream
        var fields = FieldReader(try await call.jsonBody())
        let change = read(&fields)
        try finish(&fields)
        guard let change else { throw Problem.fields(fields.errors) }
        return try await execute(change, stream, verb, call, caller)
    }

    /// Carries a change out on the version that the caller has seen, and answers with the brief as it left it.
    private func execute(
        _ change: BriefChange,
        _ stream: StreamID,
        _ verb: String,
        _ call: Call,
        _ caller: Caller
    ) async throws -> Response {
        _ = try call.query.values([])
        let key = try IdempotencyKey(call)
        let precondition = try Precondition(call)
        _ = try await own(stream, caller)
        let now = services.now()
        let appended = try await services.store.execute(
            Submission(
                tenant: caller.tenant.id,
                stream: stream,
                commandID: key?.commandID(verb, stream, caller: caller.key.id, secret: caller.tenant.intakeSecret),
                actor: caller.actor
            ) { known in
                guard let record = try BriefRecord(known.history) else { throw BriefRejection.unknownBrief }
                try precondition.require(record.version) { record.writeStatus(to: &$0) }
                let (command, passages) = change.command(after: record.state, now: now)
                let events = try Brief.decide(command, record.state)
                return Decision(events: events.map(\.encoded), passages: passages)
            }
        )
        let position = appended.commandPosition ?? appended.position
        if appended.isRepeat, let event = appended.history.first(where: { $0.position == position }) {
            let words = try await services.store.passages(of: stream, tenant: caller.tenant.id)
            guard change.matches(try BriefEvent(decoding: event), words) else { throw Problem.idempotencyKeyReused }
        }
        guard let record = try BriefRecord(appended.history.filter({ $0.position <= position })) else {
            throw Problem.notFound
        }
        return .json(headers: Precondition.headers(record.version)) { record.writeStatus(to: &$0) }
    }

    private func finish(_ fields: inout FieldReader) throws(Problem) {
        fields.finish()
        guard fields.errors.isEmpty else { throw Problem.fields(fields.errors) }
    }

    /// The brief, which the caller may see and change.
    private func own(_ stream: StreamID, _ caller: Caller) async throws -> BriefRecord {
        let history = try await services.store.history(of: stream, tenant: caller.tenant.id)
        guard let record = try BriefRecord(history), record.isOwn(of: caller) else { throw Problem.notFound }
        return record
    }
}

extension Call {
    /// The brief that the path names.
    var briefStream: StreamID {
        get throws(Problem) {
            guard let id = parameters.first.flatMap({ UUID(uuidString: String($0)) }) else { throw Problem.notFound }
            return StreamID(type: Brief.streamType, id: id)
        }
    }
}

extension BriefCounts {
    /// Of topics that hold nothing: never stored, since no such brief is drafted.
    fileprivate static let none = BriefCounts(
        demands: 0,
        messages: 0,
        people: 0,
        unidentified: 0,
        supporters: 0,
        reportedSupport: 0,
        firstAt: Timestamp(microsecondsSince1970: 0),
        lastAt: Timestamp(microsecondsSince1970: 0)
    )
}

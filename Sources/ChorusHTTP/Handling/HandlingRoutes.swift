import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText

/// What reviewers do to bring a demand to its answer: route it, take it in hand, answer it, end it, open it again.
///
/// Every answer carries the demand's revision as an `ETag`; a request with `If-Match` changes nothing once somebody else has.
struct HandlingRoutes: Sendable {
    let services: Services
    let access: Access

    private var commands: DemandCommands { DemandCommands(services: services) }

    var routes: [Route] {
        let steps: [(String, Reading)] = [
            ("route", route), ("decline", decline), ("against", against), ("urgency", urgency), ("claim", claim),
            ("unclaim", unclaim), ("accept", accept), ("start", start), ("reply", reply), ("close", close),
            ("refuse", refuse), ("duplicate", duplicate), ("reopen", reopen), ("escalate", escalate),
        ]
        let reviewers: Set<Scope> = [.reviewer, .admin]
        return steps.map { step, read in
            .keyed(.post, "/v1/demands/{id}/" + step, reviewers, access) { try await take($0, $1, step, read) }
        } + [.keyed(.post, "/v1/demands/{id}/mask", reviewers, access, respond: mask)]
    }

    /// What a request may ask of the tenant.
    struct Context: Sendable {
        let caller: Caller
        let organizations: OrganizationTree
        /// Nil: the tenant has no rules.
        let table: RoutingTable?
        let now: Timestamp
    }

    /// What a body asks for: an action, on the demand as it is and with the passage of its words; nil when it has mistakes,
    /// which then are in the reader.
    typealias Reading = @Sendable (inout FieldReader, Context) async throws -> Wish?

    struct Wish: Sendable {
        /// Words that lie in the vault.
        var words: String?
        /// What they are: `reply`, `reason`.
        var kind = "reason"
        /// Whether one event may bring another one, stored with it.
        var makesSeveralEvents = false
        let action: @Sendable (Message.State.Demand, PassageLink?) throws -> HandleDemand.Action
        let matches: @Sendable (HandlingEvent) -> Bool
    }

    private func take(_ call: Call, _ caller: Caller, _ verb: String, _ read: Reading) async throws -> Response {
        _ = try call.query.values([])
        let id = try call.demandID()
        let context = try await services.handlingContext(caller)
        var fields = FieldReader(try await call.jsonBody())
        let wish = try await read(&fields, context)
        fields.finish()
        guard fields.errors.isEmpty, let wish else { throw Problem.fields(fields.errors) }
        let key = try IdempotencyKey(call)
        let record = try await services.reviewable(id, caller, orRepeated: key)
        let command = DemandCommand(verb, id, wish, context)
        let appended = try await commands.carryOut(
            command,
            record,
            key,
            try Precondition(call),
            caller
        )
        return try await commands.answer(appended, command, caller)
    }

    // MARK: Who is responsible

    private func route(_ fields: inout FieldReader, _ context: Context) -> Wish? {
        let responsible = fields.organization("responsible", required: true)
        let steward = fields.organization("steward")
        let reason = fields.prose("reason")
        guard let responsible else { return nil }
        return Wish(words: reason) { demand, link in
            .assign(
                responsible: responsible,
                steward: steward,
                hours: context.hours(for: demand, isUrgent: demand.handling.isUrgent),
                reason: link,
                context.organizations
            )
        } matches: { event in
            guard case .routed(let routed) = event else { return false }
            return routed.route.responsible == responsible
        }
    }

    private func decline(_ fields: inout FieldReader, _ context: Context) -> Wish? {
        guard let reason = fields.prose("reason", required: true) else { return nil }
        return Wish(words: reason) { _, link in
            .decline(reason: try link.required, context.organizations)
        } matches: { event in
            if case .routingDeclined = event { true } else { false }
        }
    }

    private func against(_ fields: inout FieldReader, _ context: Context) -> Wish? {
        guard fields.value("organization") != nil else {
            fields.report(
                "organization",
                code: .required,
                detail: "must be the code of the organization that the demand speaks against, or an empty text for none"
            )
            return nil
        }
        let code = fields.string("organization", maximumScalars: 64, allow: .blank)
        guard let code else { return nil }
        let organization = code.isEmpty ? nil : code
        // It may take the demand away from whoever has it.
        return Wish(makesSeveralEvents: true) { _, _ in
            .speakAgainst(organization, context.organizations)
        } matches: { event in
            if case .againstSet(let set) = event { set.organization == organization } else { false }
        }
    }

    private func urgency(_ fields: inout FieldReader, _ context: Context) -> Wish? {
        guard let isUrgent = fields.bool("urgent", required: true) else { return nil }
        return Wish { demand, _ in
            .setUrgent(isUrgent, hours: context.hours(for: demand, isUrgent: isUrgent))
        } matches: { event in
            if case .urgencySet(let set) = event { set.isUrgent == isUrgent } else { false }
        }
    }

    private func escalate(_ fields: inout FieldReader, _ context: Context) -> Wish? {
        Wish { _, _ in
            .escalate(because: .reviewer, context.organizations)
        } matches: { event in
            if case .escalated = event { true } else { false }
        }
    }

    // MARK: In hand

    private func claim(_ fields: inout FieldReader, _ context: Context) -> Wish? {
        Wish { _, _ in
            .claim
        } matches: {
            if case .claimed = $0 { true } else { false }
        }
    }

    private func unclaim(_ fields: inout FieldReader, _ context: Context) -> Wish? {
        Wish { _, _ in
            .unclaim
        } matches: {
            if case .unclaimed = $0 { true } else { false }
        }
    }

    private func accept(_ fields: inout FieldReader, _ context: Context) -> Wish? {
        Wish { _, _ in
            .accept
        } matches: {
            if case .accepted = $0 { true } else { false }
        }
    }

    private func start(_ fields: inout FieldReader, _ context: Context) -> Wish? {
        Wish { _, _ in
            .start
        } matches: {
            if case .started = $0 { true } else { false }
        }
    }

    // MARK: Answered and ended

    private func reply(_ fields: inout FieldReader, _ context: Context) -> Wish? {
        GivenAnswer(&fields, context).map { $0.wish }
    }

    private func close(_ fields: inout FieldReader, _ context: Context) -> Wish? {
        Wish { _, _ in
            .close
        } matches: {
            if case .closed = $0 { true } else { false }
        }
    }

    private func refuse(_ fields: inout FieldReader, _ context: Context) -> Wish? {
        guard let reason = fields.prose("reason", required: true) else { return nil }
        return Wish(words: reason) { demand, link in
            let by = context.caller.key.organization ?? demand.handling.route?.responsible
            return .refuse(by: by, reason: try link.required)
        } matches: { event in
            if case .refused = event { true } else { false }
        }
    }

    private func duplicate(_ fields: inout FieldReader, _ context: Context) async throws -> Wish? {
        let of = fields.parsed("of", required: true, expecting: "the id of a demand, such as 0d5f….1") { DemandID($0) }
        guard let of else { return nil }
        do {
            let record = try await services.reviewable(of, context.caller)
            let other = record.state.demands[Int(of.number) - 1]
            if other.isRejoined || record.withdrawnAt != nil {
                fields.report(
                    "of",
                    code: .notAllowed,
                    detail: "must be the id of a demand that stands; this one counts no longer"
                )
            } else if let next = other.handling.duplicateOf {
                fields.report(
                    "of",
                    code: .notAllowed,
                    detail: "must be the id of a demand that is no duplicate itself; \(next) stands for this one"
                )
            }
        } catch let problem as Problem where problem.status == 404 {
            // One that the caller may not see is none that they could mean.
            fields.report("of", code: .notAllowed, detail: "must be the id of a demand that you may read")
            return nil
        }
        return Wish { _, _ in
            .markDuplicate(of: of)
        } matches: { event in
            if case .duplicateMarked(let set) = event { set.of == of } else { false }
        }
    }

    private func reopen(_ fields: inout FieldReader, _ context: Context) -> Wish? {
        let reason = fields.prose("reason")
        return Wish(words: reason) { demand, link in
            .reopen(
                by: .reviewer,
                reason: link,
                hours: context.hours(for: demand, isUrgent: demand.handling.isUrgent)
            )
        } matches: { event in
            if case .reopened = event { true } else { false }
        }
    }

    // MARK: Masking

    /// Shows parts of one of the message's passages to nobody; all that shall be masked in it, none takes it back.
    private func mask(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let id = try call.demandID()
        var fields = FieldReader(try await call.jsonBody())
        let number = fields.int("passage", in: 1...Int(Int16.max))
        let spans = fields.spans("spans", required: true)
        fields.finish()
        guard fields.errors.isEmpty, let spans else { throw Problem.fields(fields.errors) }
        let record = try await services.reviewable(id, caller)
        guard let demand = record.demands.first(where: { $0.number == id.number }) else { throw Problem.notFound }
        let passages = try await services.store.passages(of: record.stream, tenant: caller.tenant.id)
        let passage = number.map { Int16($0) } ?? record.passage(of: demand)
        let length = passages[passage]?.body.unicodeScalars.count
        let command = DemandCommand(
            verb: "mask",
            id: id,
            make: { _, _ in (.mask(MaskPassage(passage: passage, spans: spans, length: length)), []) },
            matches: { event in
                guard case .handled(.masked(let masked)) = event else { return false }
                return masked.passage == passage && masked.spans == spans.joined
            }
        )
        let appended = try await commands.carryOut(
            command,
            record,
            try IdempotencyKey(call),
            try Precondition(call),
            caller
        )
        return try await commands.answer(appended, command, caller)
    }
}

extension HandlingRoutes.Context {
    func hours(for demand: Message.State.Demand, isUrgent: Bool) -> Int? {
        table?.hours(for: demand, isUrgent: isUrgent)
    }
}

extension DemandCommand {
    /// A step that a request asks for.
    init(_ verb: String, _ id: DemandID, _ wish: HandlingRoutes.Wish, _ context: HandlingRoutes.Context) {
        self.init(
            verb: verb,
            id: id,
            makesSeveralEvents: wish.makesSeveralEvents,
            words: wish.words,
            make: { state, received in
                let sealed = wish.words.map { SealedPassage(state.lastPassage + 1, wish.kind, $0, nil) }
                let index = Int(id.number) - 1
                guard state.demands.indices.contains(index) else { throw MessageRejection.unknownDemand(id.number) }
                var command = HandleDemand(
                    id,
                    try wish.action(state.demands[index], sealed?.link),
                    actor: context.caller.actor,
                    organization: context.caller.onlyOrganization,
                    rules: context.table,
                    now: context.now,
                    receivedAt: received
                )
                // Who answers is whoever the rules make responsible with it.
                if let routed = Message.routedFirst(command, state) {
                    command.action = try wish.action(routed, sealed?.link)
                }
                return (.handle(command), sealed.map { [$0.passage] } ?? [])
            },
            matches: { event in
                guard case .handled(let handled) = event else { return false }
                return wish.matches(handled)
            }
        )
    }
}

extension Services {
    func handlingContext(_ caller: Caller) async throws -> HandlingRoutes.Context {
        HandlingRoutes.Context(
            caller: caller,
            organizations: try await routing.organizations(of: caller.tenant.id),
            table: try await routing.table(of: caller.tenant.id),
            now: now()
        )
    }
}

extension PassageLink? {
    /// Where the words are needed, the body was refused without them.
    fileprivate var required: PassageLink {
        get throws {
            guard let self else { throw Problem.failure(cause: "words that are needed were let in without") }
            return self
        }
    }
}

extension FieldReader {
    mutating func organization(_ name: String, required: Bool = false) -> String? {
        parsed(
            name,
            required: required,
            expecting: "a code: up to 64 lower-case letters, digits and hyphens",
            CodeForms.organization
        )
    }

    /// Words of a reviewer.
    mutating func prose(_ name: String, required: Bool = false) -> String? {
        string(name, required: required, maximumScalars: 20_000, allow: .lineBreaks)
    }

    /// Parts of a passage; nil with mistakes.
    mutating func spans(_ name: String, required: Bool = false) -> [Span]? {
        objects(name, required: required, maximum: 200) { span -> Span? in
            let from = span.int("from", required: true, in: 0...1_000_000)
            let to = span.int("to", required: true, in: 1...1_000_000)
            guard let from, let to else { return nil }
            guard let read = Span(from: from, to: to) else {
                span.report("to", code: .outOfRange, detail: "must be greater than from; it is not included")
                return nil
            }
            return read
        }
    }
}

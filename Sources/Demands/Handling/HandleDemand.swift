import EventSourcing

/// The wish to bring a demand further on its way to an answer.
package struct HandleDemand: Sendable {
    package enum Action: Sendable {
        /// By the tenant's rules; changes nothing once somebody has taken the demand up, or a reviewer has routed it.
        case route(RoutingTable)
        /// By a reviewer, wherever the demand stands.
        case assign(responsible: String, steward: String?, hours: Int?, reason: PassageLink?, OrganizationTree)
        /// "Not ours", by who is responsible.
        case decline(reason: PassageLink, OrganizationTree)
        case speakAgainst(String?, OrganizationTree)
        case setUrgent(Bool, hours: Int?)
        /// By the reviewer who issues the command.
        case claim
        case unclaim
        case accept
        case start
        case reply(GivenReply)
        case close
        case refuse(by: String?, reason: PassageLink)
        case markDuplicate(of: DemandID)
        case reopen(by: HandlingParty, reason: PassageLink?, hours: Int?)
        case escalate(because: DemandEscalated.Cause, OrganizationTree)
        case judge(GivenJudgement)
        /// A reviewer reads a report; each reading is recorded.
        case read
    }

    package var id: DemandID
    package var action: Action
    package var demand: Int16 { id.number }
    /// Who issues it, as events name them.
    package var actor: String
    /// Whose reviewer issues it; nil: one of the whole tenant, who spoke, or a process.
    package var organization: String?
    /// That say whose the demand is before somebody takes it up (`Action.takesUp`); nil: none.
    package var rules: RoutingTable?
    /// When it was issued.
    package var now: Timestamp
    /// When the message came in.
    package var receivedAt: Timestamp

    package init(
        _ id: DemandID,
        _ action: Action,
        actor: String,
        organization: String? = nil,
        rules: RoutingTable? = nil,
        now: Timestamp,
        receivedAt: Timestamp
    ) {
        self.organization = organization
        self.rules = rules
        self.id = id
        self.action = action
        self.actor = actor
        self.now = now
        self.receivedAt = receivedAt
    }
}

extension HandleDemand {
    /// What processes issue finds nothing to do where people would be told that it is too late.
    fileprivate var isOfProcess: Bool {
        switch action {
        case .route, .escalate(because: .overdue, _): true
        default: false
        }
    }
}

/// An answer as it is given.
package struct GivenReply: Sendable, Equatable {
    /// Nil: the tenant itself.
    package var organization: String?
    package var text: PassageLink
    package var isSubstantive: Bool
    /// Where it was given elsewhere, and is recorded later.
    package var repliedAt: Timestamp?
    /// The topic that it answers as a whole.
    package var topic: String?

    package init(
        organization: String?,
        text: PassageLink,
        isSubstantive: Bool,
        repliedAt: Timestamp? = nil,
        topic: String? = nil
    ) {
        self.organization = organization
        self.text = text
        self.isSubstantive = isSubstantive
        self.repliedAt = repliedAt
        self.topic = topic
    }
}

/// What who spoke says of the answer.
package struct GivenJudgement: Sendable, Equatable {
    package var isSolved: Bool?
    package var isSatisfied: Bool?
    package var by: HandlingParty
    package var isSynthetic: Bool

    package init(isSolved: Bool?, isSatisfied: Bool?, by: HandlingParty, isSynthetic: Bool = false) {
        self.isSolved = isSolved
        self.isSatisfied = isSatisfied
        self.by = by
        self.isSynthetic = isSynthetic
    }
}

extension Message {
    static func handle(_ command: HandleDemand, _ state: State) throws(MessageRejection) -> [MessageEvent] {
        // Whatever became of it: who reads it is recorded.
        if case .read = command.action, state.isReceived, command.demand >= 1,
            Int(command.demand) <= state.demands.count
        {
            return [.handled(.reportRead(demand: command.demand))]
        }
        if command.isOfProcess, state.isWithdrawn || isRejoined(command.demand, state) { return [] }
        var demand = try demand(command.demand, state)
        do throws(HandlingRejection) {
            let routed = routedFirst(command, demand, state)
            for event in routed { demand.handling.evolve(event) }
            let events = try events(command, demand, state)
            return events.isEmpty ? [] : (routed + events).map(MessageEvent.handled)
        } catch {
            throw .handling(error)
        }
    }

    private static func isRejoined(_ number: Int16, _ state: State) -> Bool {
        number >= 1 && Int(number) <= state.demands.count && state.demands[Int(number) - 1].isRejoined
    }

    private static func events(
        _ command: HandleDemand,
        _ demand: State.Demand,
        _ state: State
    ) throws(HandlingRejection) -> [HandlingEvent] {
        let number = command.demand
        let present = demand.handling
        if let organization = command.organization {
            try present.requirePart(of: organization, in: command.action, addressed: state.coordinates?.organization)
        }
        switch command.action {
        case .route(let table): return route(command, table, demand, state)
        case .assign(let responsible, let steward, let hours, let reason, let tree):
            for code in [responsible, steward ?? responsible] {
                guard tree.knows(code) else { throw .unknownOrganization(code) }
                if let against = present.against, tree.isWithin(code, against) { throw .isAgainst(code) }
            }
            // Handing it on within an organization is none of the steward's business.
            let stands = steward ?? (command.organization == nil ? nil : present.route?.steward) ?? responsible
            let route = DemandRoute(responsible: responsible, steward: stands, method: .reviewer)
            guard present.route != route else { return [] }
            guard present.state.phase == .open else { throw .notOpen(present.state) }
            return [
                .routed(
                    DemandRouted(
                        demand: number,
                        route: route,
                        due: hours.map { answerDue(command, state, hours: $0) } ?? present.due,
                        isUrgent: present.isUrgent,
                        reason: reason
                    )
                )
            ]
        case .decline(let reason, let tree):
            guard let by = present.route?.responsible else { throw .notRouted }
            guard present.state.phase == .open else { throw .notOpen(present.state) }
            let to = tree.nearest(by, besides: present.declinedBy + [by], against: present.against)
            return [.routingDeclined(RoutingDeclined(demand: number, by: by, reason: reason, to: to))]
        case .speakAgainst(let organization, let tree):
            guard present.against != organization else { return [] }
            if let organization, !tree.knows(organization) { throw .unknownOrganization(organization) }
            return [.againstSet(DemandAgainstSet(demand: number, organization: organization))]
                + moveAway(number, organization, present, tree)
        case .setUrgent(let isUrgent, let hours):
            guard present.isUrgent != isUrgent || !present.urgencyIsReviewed else { return [] }
            let due = hours.map { answerDue(command, state, hours: $0) } ?? present.due
            return [.urgencySet(DemandUrgencySet(demand: number, isUrgent: isUrgent, due: due))]
        case .claim:
            guard present.claimedBy != command.actor else { return [] }
            guard present.claimedBy == nil else { throw .claimed }
            guard present.state.phase == .open else { throw .notOpen(present.state) }
            return [.claimed(DemandClaimed(demand: number, by: command.actor))]
        case .unclaim: return present.claimedBy == nil ? [] : [.unclaimed(demand: number)]
        case .accept:
            if present.state == .accepted { return [] }
            try require(.accepted, after: present.state)
            return [.accepted(demand: number)]
        case .start:
            if present.state == .inProgress { return [] }
            try require(.inProgress, after: present.state)
            return [.started(demand: number)]
        case .reply(let reply): return try self.reply(command, reply, present, state)
        case .close:
            if present.state == .closed { return [] }
            try require(.closed, after: present.state)
            return [.closed(demand: number)]
        case .refuse(let by, let reason):
            try require(.refused, after: present.state)
            return [.refused(DemandRefused(demand: number, by: by, reason: reason))]
        case .markDuplicate(let of):
            guard of != command.id else { throw .isItself }
            if present.state == .duplicate, present.duplicateOf == of { return [] }
            try require(.duplicate, after: present.state)
            return [.duplicateMarked(DuplicateMarked(demand: number, of: of))]
        case .reopen(let by, let reason, let hours):
            if present.state == .reopened { return [] }
            try require(.reopened, after: present.state)
            guard present.reopenings < maximumReopenings else { throw .tooManyReopenings }
            let due = hours.map { command.now.adding(hours: $0) }
            return [.reopened(DemandReopened(demand: number, by: by, reason: reason, due: due))]
        case .escalate(let cause, let tree):
            guard present.state.phase == .open else {
                if cause == .overdue { return [] }
                throw .notOpen(present.state)
            }
            guard let from = present.escalatedTo ?? present.route?.responsible else {
                if cause == .overdue { return [] }
                throw .notRouted
            }
            guard cause != .overdue || present.escalatedTo == nil else { return [] }
            let above = tree.parent(of: from).flatMap { tree.nearest($0, against: present.against) }
            guard let above else {
                if cause == .overdue { return [] }
                throw .nobodyAbove(from)
            }
            return [.escalated(DemandEscalated(demand: number, to: above, because: cause))]
        case .judge(let judgement): return try judge(command, judgement, present)
        case .read: return [.reportRead(demand: number)]
        }
    }

    /// Times that a demand can be opened again.
    package static let maximumReopenings = 20
    /// Answers that a demand can have.
    package static let maximumReplies = 100

    private static func require(
        _ next: HandlingState,
        after present: HandlingState
    ) throws(HandlingRejection) {
        guard present.next.contains(next) else { throw .wrongState(present, wanted: next) }
    }

    private static func reply(
        _ command: HandleDemand,
        _ reply: GivenReply,
        _ present: Handling,
        _ state: State
    ) throws(HandlingRejection) -> [HandlingEvent] {
        guard present.state.phase != .closed else { throw .closed(present.state) }
        guard present.replies.count < maximumReplies else { throw .tooManyReplies }
        if let organization = reply.organization, organization == present.against { throw .isAgainst(organization) }
        if let at = reply.repliedAt {
            let began = state.coordinates?.occurredAt ?? command.receivedAt
            guard at >= began, at <= command.now else { throw .repliedAtImpossible }
        }
        return [
            .replied(
                DemandReplied(
                    demand: command.demand,
                    organization: reply.organization,
                    text: reply.text,
                    isSubstantive: reply.isSubstantive,
                    repliedAt: reply.repliedAt,
                    topic: reply.topic
                )
            )
        ]
    }

    private static func judge(
        _ command: HandleDemand,
        _ judgement: GivenJudgement,
        _ present: Handling
    ) throws(HandlingRejection) -> [HandlingEvent] {
        guard judgement.isSolved != nil || judgement.isSatisfied != nil else { throw .judgesNothing }
        guard present.replies.contains(where: \.isSubstantive), present.state == .answered || present.state == .closed
        else { throw .nothingToJudge }
        guard !present.isJudged else { throw .alreadyJudged }
        return [
            .judged(
                ReplyJudged(
                    demand: command.demand,
                    isSolved: judgement.isSolved,
                    isSatisfied: judgement.isSatisfied,
                    by: judgement.by,
                    isSynthetic: judgement.isSynthetic
                )
            )
        ]
    }

    /// What rules change: nothing where a person has routed the demand or taken it up.
    static func route(
        _ command: HandleDemand,
        _ table: RoutingTable,
        _ demand: State.Demand,
        _ state: State
    ) -> [HandlingEvent] {
        let present = demand.handling
        let method = present.route?.method ?? .rules
        guard present.state == .received, present.claimedBy == nil, method == .rules else {
            return []
        }
        let subject = RoutingTable.Subject(demand)
        let rule = table.rule(for: subject)
        var isUrgent = present.isUrgent
        if !present.urgencyIsReviewed { isUrgent = present.isGivenUrgent || rule?.isUrgent == true }
        func allowed(_ code: String?) -> String? {
            code.flatMap { table.organizations.nearest($0, besides: present.declinedBy, against: present.against) }
        }
        let route = DemandRoute(
            responsible: allowed(rule?.responsible),
            steward: allowed(rule?.steward ?? rule?.responsible),
            method: .rules,
            rulesVersion: table.version
        )
        let due = table.hours(for: subject, isUrgent: isUrgent).map { answerDue(command, state, hours: $0) }
        // Another version of the rules that says the same says nothing new.
        if var known = present.route {
            known.rulesVersion = route.rulesVersion
            if known == route, present.due == due, present.isUrgent == isUrgent { return [] }
        }
        return [.routed(DemandRouted(demand: command.demand, route: route, due: due, isUrgent: isUrgent))]
    }

    /// A demand that speaks against whoever has it goes to whoever stands above them.
    static func moveAway(
        _ number: Int16,
        _ organization: String?,
        _ present: Handling,
        _ tree: OrganizationTree
    ) -> [HandlingEvent] {
        guard let organization, let route = present.route else { return [] }
        // Whoever may still hear it keeps it, also when a reviewer had sent it back to them.
        func allowed(_ code: String?) -> String? {
            guard let code, tree.isWithin(code, organization) else { return code }
            return tree.nearest(code, besides: present.declinedBy, against: organization)
        }
        var moved = route
        moved.responsible = allowed(route.responsible)
        moved.steward = allowed(route.steward)
        guard moved != route else { return [] }
        return [
            .routed(
                DemandRouted(
                    demand: number,
                    route: moved,
                    due: present.due,
                    isUrgent: present.isUrgent
                )
            )
        ]
    }

    private static func answerDue(_ command: HandleDemand, _ state: State, hours: Int) -> Timestamp {
        (state.coordinates?.occurredAt ?? command.receivedAt).adding(hours: hours)
    }

    // MARK: - What events change

    static func evolve(_ state: inout State, _ event: HandlingEvent) {
        if let words = event.words { state.lastPassage = max(state.lastPassage, words.number) }
        if case .masked(let masked) = event {
            state.masks[masked.passage] = masked.spans.isEmpty ? nil : masked.spans
            return
        }
        guard let number = event.demand else { return }
        var revises = true
        if case .reportRead = event { revises = false }
        change(number, &state, revises: revises) { $0.handling.evolve(event) }
    }
}

extension Handling {
    package mutating func evolve(_ event: HandlingEvent) {
        switch event {
        case .routed(let event):
            // Whoever saw it since they stand above who was responsible sees it no longer, and who had it in hand there has
            // not any more.
            if route?.responsible != event.route.responsible {
                escalatedTo = nil
                claimedBy = nil
            }
            route = event.route
            due = event.due
            isUrgent = event.isUrgent
        case .routingDeclined(let event):
            declinedBy.append(event.by)
            route = DemandRoute(responsible: event.to, steward: route?.steward, method: .declined)
            escalatedTo = nil
            claimedBy = nil
        case .againstSet(let event):
            against = event.organization
            if event.isGiven { givenAgainst = event.organization }
        case .urgencySet(let event):
            isUrgent = event.isUrgent
            if event.isGiven { isGivenUrgent = event.isUrgent } else { urgencyIsReviewed = true }
            due = event.due
        case .claimed(let event): claimedBy = event.by
        case .unclaimed: claimedBy = nil
        case .accepted: state = .accepted
        case .started: state = .inProgress
        case .replied(let event):
            replies.append(StandingReply(organization: event.organization, isSubstantive: event.isSubstantive))
            if event.isSubstantive {
                state = .answered
                claimedBy = nil
            }
        case .closed: state = .closed
        case .refused:
            state = .refused
            claimedBy = nil
        case .duplicateMarked(let event):
            state = .duplicate
            duplicateOf = event.of
            claimedBy = nil
        case .reopened(let event):
            state = .reopened
            duplicateOf = nil
            isJudged = false
            due = event.due
            escalatedTo = nil
            reopenings += 1
        case .escalated(let event): escalatedTo = event.to
        case .judged: isJudged = true
        case .masked, .reportRead: break
        }
    }
}

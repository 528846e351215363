import EventSourcing
import JSONText

/// What happens to a demand on its way to an answer; stored in its message's stream.
package enum HandlingEvent: Sendable, Equatable {
    case routed(DemandRouted)
    case routingDeclined(RoutingDeclined)
    case againstSet(DemandAgainstSet)
    case urgencySet(DemandUrgencySet)
    case claimed(DemandClaimed)
    case unclaimed(demand: Int16)
    case accepted(demand: Int16)
    case started(demand: Int16)
    case replied(DemandReplied)
    case closed(demand: Int16)
    case refused(DemandRefused)
    case duplicateMarked(DuplicateMarked)
    case reopened(DemandReopened)
    case escalated(DemandEscalated)
    case judged(ReplyJudged)
    case masked(PassageMasked)
    case reportRead(demand: Int16)

    /// Stored names: never renamed.
    package enum Name {
        package static let routed = "DemandRouted"
        package static let routingDeclined = "RoutingDeclined"
        package static let againstSet = "DemandAgainstSet"
        package static let urgencySet = "DemandUrgencySet"
        package static let claimed = "DemandClaimed"
        package static let unclaimed = "DemandUnclaimed"
        package static let accepted = "DemandAccepted"
        package static let started = "DemandStarted"
        package static let replied = "DemandReplied"
        package static let closed = "DemandClosed"
        package static let refused = "DemandRefused"
        package static let duplicateMarked = "DemandDuplicateMarked"
        package static let reopened = "DemandReopened"
        package static let escalated = "DemandEscalated"
        package static let judged = "ReplyJudged"
        package static let masked = "PassageMasked"
        package static let reportRead = "ReportRead"
        package static let all: Set<String> = [
            routed, routingDeclined, againstSet, urgencySet, claimed, unclaimed, accepted, started, replied, closed,
            refused, duplicateMarked, reopened, escalated, judged, masked, reportRead,
        ]
    }

    /// Which demand it is about; nil: a passage of the message.
    package var demand: Int16? {
        switch self {
        case .routed(let event): event.demand
        case .routingDeclined(let event): event.demand
        case .againstSet(let event): event.demand
        case .urgencySet(let event): event.demand
        case .claimed(let event): event.demand
        case .unclaimed(let demand), .accepted(let demand), .started(let demand),
            .closed(let demand), .reportRead(let demand):
            demand
        case .replied(let event): event.demand
        case .refused(let event): event.demand
        case .duplicateMarked(let event): event.demand
        case .reopened(let event): event.demand
        case .escalated(let event): event.demand
        case .judged(let event): event.demand
        case .masked: nil
        }
    }

    /// The words that lie in the vault with it.
    package var words: PassageLink? {
        switch self {
        case .routed(let event): event.reason
        case .routingDeclined(let event): event.reason
        case .replied(let event): event.text
        case .refused(let event): event.reason
        case .reopened(let event): event.reason
        default: nil
        }
    }
}

/// Rules or a reviewer said who is responsible for a demand and who stands for it.
package struct DemandRouted: Sendable, Equatable {
    package var demand: Int16
    package var route: DemandRoute
    /// By when an answer is due; nil: no rule says so, what was due before is due no longer.
    package var due: Timestamp?
    /// Whether the rules make it urgent.
    package var isUrgent: Bool
    /// Why a reviewer sent it elsewhere; nil for rules.
    package var reason: PassageLink?

    package init(
        demand: Int16,
        route: DemandRoute,
        due: Timestamp?,
        isUrgent: Bool,
        reason: PassageLink? = nil
    ) {
        self.demand = demand
        self.route = route
        self.due = due
        self.isUrgent = isUrgent
        self.reason = reason
    }
}

/// "Not ours": who was responsible gave it back.
package struct RoutingDeclined: Sendable, Equatable {
    package var demand: Int16
    package var by: String
    package var reason: PassageLink
    /// Who is responsible now: the nearest one above that may; nil: nobody, it waits in the tenant's inbox.
    package var to: String?

    package init(demand: Int16, by: String, reason: PassageLink, to: String?) {
        self.demand = demand
        self.by = by
        self.reason = reason
        self.to = to
    }
}

/// A reviewer, or who spoke when they said it anew, said which organization a demand speaks against.
package struct DemandAgainstSet: Sendable, Equatable {
    package var demand: Int16
    /// Nil: none after all.
    package var organization: String?
    /// Whether it came with the message, by an amendment.
    package var isGiven: Bool

    package init(demand: Int16, organization: String?, isGiven: Bool = false) {
        self.demand = demand
        self.organization = organization
        self.isGiven = isGiven
    }
}

/// A reviewer, or whoever sent it when they said it anew, said whether a demand is urgent.
package struct DemandUrgencySet: Sendable, Equatable {
    package var demand: Int16
    package var isUrgent: Bool
    /// By when an answer is due from now on; nil: no rule says so.
    package var due: Timestamp?
    /// Whether it came with the message, by an amendment: reviewers and rules may say otherwise.
    package var isGiven: Bool

    package init(demand: Int16, isUrgent: Bool, due: Timestamp?, isGiven: Bool = false) {
        self.demand = demand
        self.isUrgent = isUrgent
        self.due = due
        self.isGiven = isGiven
    }
}

/// An organization answered.
package struct DemandReplied: Sendable, Equatable {
    package var demand: Int16
    /// Who answered; nil: the tenant itself.
    package var organization: String?
    package var text: PassageLink
    /// False: it only acknowledges that the message came, or was passed on.
    package var isSubstantive: Bool
    /// When the answer was given, where it was given elsewhere; nil: when it was recorded.
    package var repliedAt: Timestamp?
    /// The topic that was answered as a whole; nil: this demand alone.
    package var topic: String?

    package init(
        demand: Int16,
        organization: String?,
        text: PassageLink,
        isSubstantive: Bool,
        repliedAt: Timestamp? = nil,
        topic: String? = nil
    ) {
        self.demand = demand
        self.organization = organization
        self.text = text
        self.isSubstantive = isSubstantive
        self.repliedAt = repliedAt
        self.topic = topic
    }
}

/// A reviewer took a demand in hand.
package struct DemandClaimed: Sendable, Equatable {
    package var demand: Int16
    /// As events name who acts: `key:…`.
    package var by: String

    package init(demand: Int16, by: String) {
        self.demand = demand
        self.by = by
    }
}

/// Nothing will be done about a demand, and why.
package struct DemandRefused: Sendable, Equatable {
    package var demand: Int16
    /// Nil: the tenant itself.
    package var by: String?
    package var reason: PassageLink

    package init(demand: Int16, by: String?, reason: PassageLink) {
        self.demand = demand
        self.by = by
        self.reason = reason
    }
}

/// Another demand stands for this one; it keeps its voice in every count of who asked for it.
package struct DuplicateMarked: Sendable, Equatable {
    package var demand: Int16
    package var of: DemandID

    package init(demand: Int16, of: DemandID) {
        self.demand = demand
        self.of = of
    }
}

/// A demand that was answered or ended is open again; the judgement of its answer counts no longer.
package struct DemandReopened: Sendable, Equatable {
    package var demand: Int16
    package var by: HandlingParty
    package var reason: PassageLink?
    /// By when the new answer is due; nil: no rule says so.
    package var due: Timestamp?

    package init(demand: Int16, by: HandlingParty, reason: PassageLink?, due: Timestamp?) {
        self.demand = demand
        self.by = by
        self.reason = reason
        self.due = due
    }
}

/// Who did something that several may do.
package enum HandlingParty: String, Sendable, CaseIterable {
    /// Who spoke, with their tracking code.
    case person
    /// Who collected the message, on the person's word.
    case collector
    case reviewer
}

/// A demand is seen one level higher too.
package struct DemandEscalated: Sendable, Equatable {
    package enum Cause: String, Sendable, CaseIterable {
        /// Its answer was due.
        case overdue
        case reviewer
    }

    package var demand: Int16
    package var to: String
    package var because: Cause

    package init(demand: Int16, to: String, because: Cause) {
        self.demand = demand
        self.to = to
        self.because = because
    }
}

/// Who spoke said what the answer is worth.
package struct ReplyJudged: Sendable, Equatable {
    package var demand: Int16
    /// 解决; nil: not said.
    package var isSolved: Bool?
    /// 满意; nil: not said.
    package var isSatisfied: Bool?
    package var by: HandlingParty
    /// Made up, to try the system: in no figure.
    package var isSynthetic: Bool

    package init(demand: Int16, isSolved: Bool?, isSatisfied: Bool?, by: HandlingParty, isSynthetic: Bool = false) {
        self.demand = demand
        self.isSolved = isSolved
        self.isSatisfied = isSatisfied
        self.by = by
        self.isSynthetic = isSynthetic
    }
}

/// Parts of a passage are shown to nobody; the passage itself stays as it is.
package struct PassageMasked: Sendable, Equatable {
    package var passage: Int16
    /// All that are masked in it from now on, in order; empty: none any more.
    package var spans: [Span]

    package init(passage: Int16, spans: [Span]) {
        self.passage = passage
        self.spans = spans
    }
}

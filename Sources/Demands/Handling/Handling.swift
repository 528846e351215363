import EventSourcing

/// How far a demand has come with those who must answer it.
package enum HandlingState: String, Sendable, CaseIterable {
    /// 已收到: it is there, nobody has taken it up.
    case received
    /// 已受理: who is responsible has said that it is theirs.
    case accepted
    /// 办理中
    case inProgress = "in_progress"
    /// 已答复: with substance; what only acknowledges receipt answers nothing.
    case answered
    /// 已办结
    case closed
    /// 不予受理: nothing will be done, with the reason.
    case refused
    /// 重复: another demand of the same tenant stands for it.
    case duplicate
    /// 重新办理: it had been answered or ended, and is open again.
    case reopened

    /// What all states come down to.
    package var phase: HandlingPhase {
        switch self {
        case .received, .accepted, .inProgress, .reopened: .open
        case .answered: .answered
        case .closed, .refused, .duplicate: .closed
        }
    }

    /// The states that one step leads to. `docs/demands.md` draws the same.
    package var next: Set<HandlingState> {
        switch self {
        case .received, .reopened: [.accepted, .inProgress, .answered, .refused, .duplicate]
        case .accepted: [.inProgress, .answered, .refused, .duplicate]
        case .inProgress: [.answered, .refused, .duplicate]
        case .answered: [.closed, .reopened]
        case .closed, .refused, .duplicate: [.reopened]
        }
    }
}

/// Whether somebody still waits.
package enum HandlingPhase: String, Sendable, CaseIterable {
    case open, answered, closed
}

/// Who stands for a demand, and who must answer it.
package struct DemandRoute: Sendable, Equatable {
    /// How it came about.
    package enum Method: String, Sendable, CaseIterable {
        /// By the tenant's rules.
        case rules
        case reviewer
        /// Who was responsible said that it is not theirs: it went to whoever stands above.
        case declined
    }

    /// Must act and reply; nil: nobody is, and the demand waits in the tenant's inbox.
    package var responsible: String?
    /// Stands for the group, follows the demand up.
    package var steward: String?
    package var method: Method
    /// Of the rules; nil for the others.
    package var rulesVersion: Int?

    package init(responsible: String?, steward: String?, method: Method, rulesVersion: Int? = nil) {
        self.responsible = responsible
        self.steward = steward
        self.method = method
        self.rulesVersion = rulesVersion
    }
}

/// An answer that stands, as far as later commands need it.
package struct StandingReply: Sendable, Equatable {
    package var organization: String?
    package var isSubstantive: Bool
}

/// What is known of a demand's way to its answer.
package struct Handling: Sendable, Equatable {
    package var state = HandlingState.received
    /// Nil while neither rules nor anybody said.
    package var route: DemandRoute?
    /// Organizations that said that it is not theirs; rules never lead there again.
    package var declinedBy: [String] = []
    /// The organization that it speaks against; neither that nor one below it may read it.
    package var against: String?
    /// As whoever sent it said last.
    package var givenAgainst: String?
    package var isUrgent = false
    /// As whoever sent it said.
    package var isGivenUrgent = false
    package var urgencyIsReviewed = false
    /// Nil: no rule says by when.
    package var due: Timestamp?
    /// The reviewer who has it in hand, as events name them.
    package var claimedBy: String?
    /// Stands above who is responsible, and sees it too since it was late.
    package var escalatedTo: String?
    package var replies: [StandingReply] = []
    /// Whether the answer that stands was judged.
    package var isJudged = false
    package var duplicateOf: DemandID?
    package var reopenings = 0

    package init() {}

    package init(_ opened: DemandOpened) {
        against = opened.against
        givenAgainst = opened.against
        isUrgent = opened.isUrgent
        isGivenUrgent = opened.isUrgent
    }
}

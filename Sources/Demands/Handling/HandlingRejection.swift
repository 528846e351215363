import EventSourcing

/// What the domain refuses about a demand's way to its answer.
package enum HandlingRejection: Rejection, Equatable {
    /// The step does not lead there from where the demand is.
    case wrongState(HandlingState, wanted: HandlingState)
    /// Only for demands that are open.
    case notOpen(HandlingState)
    case closed(HandlingState)
    /// Another reviewer has it in hand.
    case claimed
    /// Nobody is responsible who could give it back, or stand below somebody.
    case notRouted
    case nobodyAbove(String)
    case unknownOrganization(String)
    /// The organization that the demand speaks against, or one below it.
    case isAgainst(String)
    /// The step is for whoever is responsible; nil: nobody is.
    case notResponsible(String?)
    /// An organization hands a demand on among those below it only.
    case onlyWithin(String)
    /// Only reviewers of the whole tenant take back whom a demand speaks against.
    case onlyTenant
    case tooManyReplies
    case tooManyReopenings
    case repliedAtImpossible
    case judgesNothing
    case nothingToJudge
    case alreadyJudged
    case isItself
    case maskOutside(length: Int)
    case unknownPassage(Int16)
    case tooManyMasks

    /// Spans that one passage can have masked.
    package static let maximumMasks = 200

    package var code: String {
        switch self {
        case .wrongState: "wrong-state"
        case .notOpen: "not-open"
        case .closed: "already-closed"
        case .claimed: "already-claimed"
        case .notRouted: "not-routed"
        case .nobodyAbove: "nobody-above"
        case .unknownOrganization: "unknown-organization"
        case .isAgainst: "against-organization"
        case .notResponsible: "not-responsible"
        case .onlyWithin: "only-within"
        case .onlyTenant: "whole-tenant-only"
        case .tooManyReplies: "too-many-replies"
        case .tooManyReopenings: "too-many-reopenings"
        case .repliedAtImpossible: "impossible-time"
        case .judgesNothing: "judges-nothing"
        case .nothingToJudge: "nothing-to-judge"
        case .alreadyJudged: "already-judged"
        case .isItself: "duplicate-of-itself"
        case .maskOutside: "outside"
        case .unknownPassage: "unknown-passage"
        case .tooManyMasks: "too-many-masks"
        }
    }

    package var detail: String {
        switch self {
        case .wrongState(let present, let wanted):
            "the demand is \(present.rawValue), from where no step leads to \(wanted.rawValue); "
                + (present.next.isEmpty
                    ? "nothing was changed"
                    : "it can become \(Self.list(present.next)). Nothing was changed")
        case .notOpen(let present): "the demand is \(present.rawValue); reopen it first. Nothing was changed"
        case .closed(let present):
            "the demand is \(present.rawValue) and takes no reply; reopen it first. Nothing was changed"
        case .claimed:
            "another reviewer has this demand in hand; ask them to give it back (unclaim). Nothing was changed"
        case .notRouted: "nobody is responsible for this demand yet; route it first. Nothing was changed"
        case .nobodyAbove(let code):
            "no organization stands above \(code) that could hear this demand. Nothing was changed"
        case .unknownOrganization(let code):
            "no organization \(code) is registered with this tenant (GET /v1/organizations). Nothing was changed"
        case .isAgainst(let code):
            "the demand speaks against \(code), or one above it; it can neither be routed to it nor answered by it. "
                + "Nothing was changed"
        case .notResponsible(let code):
            (code.map { "\($0) is responsible for this demand, and this step is theirs" }
                ?? "nobody is responsible for this demand, and this step is for whom it is addressed to, or who stands for it")
                + ", or one of the whole tenant's reviewers'. Nothing was changed"
        case .onlyWithin(let code):
            "a reviewer of \(code) hands a demand on to \(code) or those below it, and leaves who stands for it; give it back "
                + "(decline), or ask a reviewer of the whole tenant. Nothing was changed"
        case .onlyTenant:
            "whom a demand speaks against is taken back or changed by a reviewer of the whole tenant only. Nothing was changed"
        case .tooManyReplies: "this demand has \(Message.maximumReplies) replies already. Nothing was changed"
        case .tooManyReopenings:
            "this demand was reopened \(Message.maximumReopenings) times already; send a new message. Nothing was changed"
        case .repliedAtImpossible:
            "repliedAt must lie between when the message occurred and now. Nothing was changed"
        case .judgesNothing: "say isSolved, isSatisfied or both; nothing was changed"
        case .nothingToJudge: "this demand has no answer that stands; nothing was changed"
        case .alreadyJudged: "this answer was judged before; a judgement is given once. Nothing was changed"
        case .isItself: "a demand is no duplicate of itself. Nothing was changed"
        case .maskOutside(let length):
            "every span must lie within the passage, which has \(length) Unicode scalars. Nothing was changed"
        case .unknownPassage(let number):
            "the message has no passage \(number), or its words were forgotten. Nothing was changed"
        case .tooManyMasks: "at most \(Self.maximumMasks) spans of a passage can be masked. Nothing was changed"
        }
    }

    package var isStateConflict: Bool {
        switch self {
        case .wrongState, .notOpen, .closed, .claimed, .notRouted, .nothingToJudge, .alreadyJudged, .tooManyReplies,
            .tooManyReopenings, .notResponsible:
            true
        case .onlyWithin, .onlyTenant, .nobodyAbove, .unknownOrganization, .isAgainst, .repliedAtImpossible,
            .judgesNothing, .isItself,
            .maskOutside, .unknownPassage, .tooManyMasks:
            false
        }
    }

    private static func list(_ states: Set<HandlingState>) -> String {
        HandlingState.allCases.filter(states.contains).map(\.rawValue).joined(separator: ", ")
    }
}

import Demands

/// A demand's way to its answer, told once more in few words: what the domain's is compared with.
struct WorkflowModel: Equatable {
    /// What somebody wishes, in words of its own.
    enum Wish {
        case accept, start, close, refuse, reopen, claim, unclaim, read
        case reply(by: String?, isSubstantive: Bool)
        case duplicate(of: String)
        case judge(saysNothing: Bool)
        case assign(String, steward: String)
        case decline
        case against(String?)
        case urgent(Bool)
        case rules(String, steward: String)
        case escalate(isLate: Bool)

        /// Whether somebody takes the demand up by it.
        var takesUp: Bool {
            switch self {
            case .claim, .accept, .start, .refuse, .duplicate, .reply(_, isSubstantive: true): true
            default: false
            }
        }

        /// As the diagram calls those that lead along an arrow.
        var command: String {
            switch self {
            case .reply: "reply"
            case .duplicate: "duplicate"
            default: "\(self)"
            }
        }
    }

    enum Outcome: Equatable {
        case happens, nothing
        case refused(String)
    }

    let id: String
    var state = "received"
    var claimedBy: String?
    var responsible: String?
    var steward: String?
    /// Nil while nobody said who is responsible.
    var saidBy: String?
    var gaveItBack: [String] = []
    var against: String?
    var sees: String?
    var replies = 0
    var isJudged = false
    var reopenings = 0
    var duplicateOf: String?
    /// As a reviewer said; nil while none did.
    var isUrgent: Bool?

    init(id: String, against: String?) {
        self.id = id
        self.against = against
    }

    /// From an organization upwards.
    static func chain(_ code: String) -> [String] {
        switch code {
        case "lamps": ["lamps", "works", "city"]
        case "works": ["works", "city"]
        case "schools": ["schools", "city"]
        default: [code]
        }
    }

    private var isOpen: Bool { ["received", "accepted", "in_progress", "reopened"].contains(state) }
    private var isOver: Bool { ["closed", "refused", "duplicate"].contains(state) }

    private func mayHear(_ code: String) -> Bool {
        guard let against else { return true }
        return !Self.chain(code).contains(against)
    }

    private func upwards(from code: String) -> String? {
        Self.chain(code).first { mayHear($0) && !gaveItBack.contains($0) }
    }

    private mutating func give(_ responsible: String?, _ steward: String?, _ by: String) {
        if responsible != self.responsible { (sees, claimedBy) = (nil, nil) }
        (self.responsible, self.steward, saidBy) = (responsible, steward, by)
    }

    private mutating func go(_ to: String, from: [String]) -> Outcome {
        if state == to { return .nothing }
        guard from.contains(state) else { return .refused("wrong-state") }
        state = to
        if !isOpen { claimedBy = nil }
        return .happens
    }

    /// Whoever takes up what the rules were never asked about asks them first; a refusal leaves everything as it was.
    mutating func wish(
        _ wish: Wish,
        by actor: String,
        bringing rules: (responsible: String, steward: String)?
    ) -> Outcome {
        var next = self
        if let rules, wish.takesUp, saidBy == nil {
            _ = next.wish(.rules(rules.responsible, steward: rules.steward), by: "process:router")
        }
        let outcome = next.wish(wish, by: actor)
        if outcome == .happens { self = next }
        return outcome
    }

    mutating func wish(_ wish: Wish, by actor: String) -> Outcome {
        switch wish {
        case .accept: return go("accepted", from: ["received", "reopened"])
        case .start: return go("in_progress", from: ["received", "accepted", "reopened"])
        case .close: return go("closed", from: ["answered"])
        case .refuse: return isOpen ? go("refused", from: [state]) : .refused("wrong-state")
        case .duplicate(let of):
            if of == id { return .refused("duplicate-of-itself") }
            if of == duplicateOf { return .nothing }
            guard isOpen else { return .refused("wrong-state") }
            duplicateOf = of
            return go("duplicate", from: [state])
        case .reopen:
            if reopenings == 20, state == "answered" || isOver { return .refused("too-many-reopenings") }
            let outcome = go("reopened", from: ["answered", "closed", "refused", "duplicate"])
            if outcome == .happens { (isJudged, sees, duplicateOf, reopenings) = (false, nil, nil, reopenings + 1) }
            return outcome
        case .reply(let by, let isSubstantive):
            if isOver { return .refused("already-closed") }
            if replies == 100 { return .refused("too-many-replies") }
            if let by, by == against { return .refused("against-organization") }
            replies += 1
            if isSubstantive { (state, claimedBy) = ("answered", nil) }
            return .happens
        case .judge(let saysNothing):
            if saysNothing { return .refused("judges-nothing") }
            guard state == "answered" || state == "closed" else { return .refused("nothing-to-judge") }
            if isJudged { return .refused("already-judged") }
            isJudged = true
            return .happens
        case .claim:
            if claimedBy == actor { return .nothing }
            if claimedBy != nil { return .refused("already-claimed") }
            guard isOpen else { return .refused("not-open") }
            claimedBy = actor
            return .happens
        case .unclaim:
            defer { claimedBy = nil }
            return claimedBy == nil ? .nothing : .happens
        case .urgent(let value):
            defer { isUrgent = value }
            return isUrgent == value ? .nothing : .happens
        case .read: return .happens
        default: return route(wish)
        }
    }

    private mutating func route(_ wish: Wish) -> Outcome {
        switch wish {
        case .assign(let code, let steward):
            if !mayHear(code) || !mayHear(steward) { return .refused("against-organization") }
            if (responsible, self.steward, saidBy) == (code, steward, "reviewer") { return .nothing }
            guard isOpen else { return .refused("not-open") }
            give(code, steward, "reviewer")
        case .decline:
            guard let by = responsible else { return .refused("not-routed") }
            guard isOpen else { return .refused("not-open") }
            gaveItBack.append(by)
            give(upwards(from: by), steward, "declined")
            claimedBy = nil
        case .against(let code):
            if against == code { return .nothing }
            against = code
            guard let saidBy else { break }
            // Whoever may hear it keeps it.
            give(
                responsible.flatMap { mayHear($0) ? $0 : upwards(from: $0) },
                steward.flatMap { mayHear($0) ? $0 : upwards(from: $0) },
                saidBy
            )
        case .rules(let code, let steward):
            guard state == "received", claimedBy == nil, saidBy == nil || saidBy == "rules" else { return .nothing }
            let (next, stands) = (upwards(from: code), upwards(from: steward))
            if saidBy != nil, (next, stands) == (responsible, self.steward) { return .nothing }
            give(next, stands, "rules")
        case .escalate(let isLate):
            guard isOpen else { return isLate ? .nothing : .refused("not-open") }
            guard let from = sees ?? responsible else { return isLate ? .nothing : .refused("not-routed") }
            if isLate, sees != nil { return .nothing }
            guard let above = Self.chain(from).dropFirst().first(where: mayHear) else {
                return isLate ? .nothing : .refused("nobody-above")
            }
            sees = above
        default: break
        }
        return .happens
    }
}

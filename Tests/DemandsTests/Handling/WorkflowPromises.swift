import Demands

/// What holds of a demand whatever anybody does, told from its events and from what is known of it after each.
struct WorkflowPromises {
    private var judgements = 0
    private var hasAnswer = false
    private var gaveItBack: [String] = []

    /// Promises that this step broke, in words.
    mutating func broken(by events: [MessageEvent], _ was: Handling, _ now: Handling) -> [String] {
        var found: [String] = []
        for case .handled(let event) in events {
            switch event {
            case .judged:
                judgements += 1
                if judgements > 1 { found.append("an answer was judged twice") }
                if !hasAnswer { found.append("what has no answer was judged") }
            case .reopened: (judgements, hasAnswer) = (0, false)
            case .replied(let reply):
                if ["closed", "refused", "duplicate"].contains(was.state.rawValue) {
                    found.append("a closed demand was answered")
                }
                hasAnswer = hasAnswer || reply.isSubstantive
            case .routingDeclined(let declined): gaveItBack.append(declined.by)
            case .routed(let routed) where routed.route.method == .rules:
                if let code = routed.route.responsible, gaveItBack.contains(code) {
                    found.append("rules led back to \(code), who had given it back")
                }
            default: break
            }
        }
        let isOpen = ["received", "accepted", "in_progress", "reopened"].contains(now.state.rawValue)
        if let reviewer = now.claimedBy, !isOpen { found.append("\(reviewer) has a demand in hand that is not open") }
        guard let against = now.against else { return found }
        for (role, code) in [
            ("is responsible for", now.route?.responsible), ("stands for", now.route?.steward),
            ("sees", now.escalatedTo),
        ] {
            guard let code, WorkflowModel.chain(code).contains(against) else { continue }
            found.append("\(code) \(role) what speaks against \(against)")
        }
        return found
    }
}

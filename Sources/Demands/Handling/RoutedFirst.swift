import EventSourcing

extension HandleDemand.Action {
    /// Whether somebody takes the demand up by it, so that rules change nothing any more.
    package var takesUp: Bool {
        switch self {
        case .claim, .accept, .start, .refuse, .markDuplicate: true
        case .reply(let reply): reply.isSubstantive
        default: false
        }
    }
}

/// Rules are followed by a process, a moment after a message came in. Whoever is faster takes the demand up all the same, and
/// brings the rules along: the demand is routed by them first, in the same decision. So it makes no difference who was faster:
/// not for who is responsible, nor for whose step it is, nor for the deadline.
extension Message {
    /// What the rules that came with a command say of a demand that nobody has routed and that is taken up now.
    static func routedFirst(_ command: HandleDemand, _ demand: State.Demand, _ state: State) -> [HandlingEvent] {
        guard let rules = command.rules, command.action.takesUp, demand.handling.route == nil else { return [] }
        return route(command, rules, demand, state)
    }

    /// The demand as the step of a command finds it, when the rules that came with it have to be asked first.
    ///
    /// - Returns: nil: as it is, or it is not there.
    package static func routedFirst(_ command: HandleDemand, _ state: State) -> State.Demand? {
        guard command.demand >= 1, Int(command.demand) <= state.demands.count else { return nil }
        var demand = state.demands[Int(command.demand) - 1]
        let events = routedFirst(command, demand, state)
        for event in events { demand.handling.evolve(event) }
        return events.isEmpty ? nil : demand
    }
}

extension Message {
    /// Whether the events show words of a report (举报) to those who may not read reports: one is none any more, a part of it is
    /// none, or a part that is one is part of a demand again that is none.
    ///
    /// Asked of what reviewers do; what the sender says anew is theirs to say.
    package static func opensReport(_ events: [MessageEvent], _ state: State) -> Bool {
        guard !events.isEmpty, state.demands.contains(where: { $0.kind == .report }) else { return false }
        var after = state
        for event in events { evolve(&after, event) }
        func parent(_ demand: State.Demand) -> Int? { demand.dividedFrom.map { Int($0) - 1 } }
        return after.demands.indices.contains { index in
            let now = after.demands[index]
            let before = index < state.demands.count ? state.demands[index] : parent(now).map { state.demands[$0] }
            guard let before, before.kind == .report, !before.isRejoined else { return false }
            guard now.isRejoined else { return now.kind != .report }
            return parent(now).map { after.demands[$0].kind != .report } ?? false
        }
    }
}

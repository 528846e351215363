extension ProjectionStatus {
    /// From here on a projector that should move, and does not, is said to stand still.
    package static let patience = 30.0

    /// Why a live generation stands still; nil: it does not.
    ///
    /// It does when its checkpoint has not moved for longer than `patience` although there was something to read for as
    /// long: neither a backlog that is being worked off nor a quiet log counts.
    /// - Parameter versions: of this program's projectors, by name.
    package func standstill(versions: [String: Int], after patience: Double = patience) -> String? {
        guard state == "live", lag > 0, lagSeconds > patience, stillSeconds > patience else { return nil }
        return "has not moved for \(Int(stillSeconds)) s, \(lag) events behind: \(cause(versions))"
    }

    private func cause(_ versions: [String: Int]) -> String {
        guard let present = versions[projector] else {
            return
                "this program has no such read model; if no other one keeps it, run: chorus projections drop \(projector)"
        }
        if let trouble {
            let times = trouble.failures == 1 ? "once" : "\(trouble.failures) times"
            return "tried \(times), \(trouble.error)"
        }
        if present != version {
            return "version \(version) built it and this program has version \(present); "
                + "run: chorus projections rebuild \(projector)"
        }
        if !isServed { return "no server works on this tenant; is chorus serve running?" }
        return "no error is recorded; one batch may take this long, see pg_stat_activity"
    }
}

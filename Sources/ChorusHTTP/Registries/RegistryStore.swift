import Demands
import EventLog
import EventSourcing
import Synchronization

/// One of the registries of tenants: commands on it, and its present state.
struct RegistryStore<Registry: RegistryDecider>: Sendable {
    let services: Services

    /// What a command made of the registry.
    struct Outcome: Sendable {
        let events: [Registry.Event]
        /// After the command.
        let state: Registry.State
        /// Of the last event of the registry.
        let position: Position
    }

    /// Decides and stores; a command that changes nothing gives no events.
    ///
    /// - Parameter problem: what a rejection by the domain is to the caller.
    /// - Throws: `problem` of the rejection; `Conflict`, `StoreFailure`.
    func execute(
        _ command: Registry.Command,
        _ caller: Caller,
        problem: (RegistryRejection) -> Problem = { Problem($0) }
    ) async throws -> Outcome {
        let tenant = caller.tenant.id
        // Mostly still the present one when the command is decided: then nothing is folded inside the appender.
        let seen = try await present(tenant)
        let decided = Mutex<(events: [Registry.Event], state: Registry.State)>(([], seen.state))
        do {
            let appended = try await services.store.execute(
                Submission(tenant: tenant, stream: .only(Registry.streamType), actor: caller.actor) { known in
                    var state =
                        known.history.count == Int(seen.version)
                        ? seen.state : try Registry.state(after: known.history)
                    let events = try Registry.decide(command, state)
                    for event in events { Registry.evolve(&state, event) }
                    let after = state
                    decided.withLock { $0 = (events, after) }
                    return Decision(events: events.map(\.encoded))
                }
            )
            services.folded.forget(Registry.streamType, tenant: tenant)
            let (events, state) = decided.withLock { $0 }
            return Outcome(events: events, state: state, position: appended.position)
        } catch let rejection as RegistryRejection {
            throw problem(rejection)
        }
    }

    /// The state, at most a second old where another node changes it.
    func present(_ tenant: TenantID) async throws -> FoldedStreams.Present<Registry.State> {
        try await services.folded.present(of: Registry.self, type: Registry.streamType, tenant: tenant)
    }

    /// The state that a caller reads: with `?min_position=` never an older one.
    func present(_ query: [String: String], _ tenant: TenantID) async throws
        -> FoldedStreams.Present<Registry.State>
    {
        guard let wanted = try MinimumPosition(query) else {
            return try await present(tenant)
        }
        // Not compared with the log's head: that would tell readers how much is being said at present. What was handed
        // out is in the log, and so in what is read now.
        try await services.checkEpoch(wanted, tenant: tenant)
        services.folded.forget(Registry.streamType, tenant: tenant)
        return try await present(tenant)
    }
}

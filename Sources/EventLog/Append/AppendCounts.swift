import EventSourcing
import Synchronization

/// What this process has appended since it started, by tenant: for metrics.
package final class AppendCounts: Sendable {
    package struct Counts: Sendable, Equatable {
        /// Statements that were answered.
        package var batches = 0
        /// Commands in them, by what became of each.
        package var appended = 0
        package var conflicts = 0
        package var repeats = 0
        /// Statements that failed, or whose outcome is unknown.
        package var failures = 0
        /// Of all statements together.
        package var seconds = 0.0

        package init() {}
    }

    private let state = Mutex<[TenantID: Counts]>([:])

    package init() {}

    package var counts: [TenantID: Counts] { state.withLock { $0 } }

    /// Counts one statement by its outcome.
    func counting(
        _ tenant: TenantID,
        _ append: () async throws -> [AppendOutcome]
    ) async throws -> [AppendOutcome] {
        let clock = ContinuousClock()
        let began = clock.now
        do {
            let outcomes = try await append()
            add(to: tenant, clock.now - began) { counts in
                counts.batches += 1
                for outcome in outcomes {
                    switch outcome.kind {
                    case .appended: counts.appended += 1
                    case .conflict: counts.conflicts += 1
                    case .repeated: counts.repeats += 1
                    }
                }
            }
            return outcomes
        } catch {
            add(to: tenant, clock.now - began) { $0.failures += 1 }
            throw error
        }
    }

    private func add(to tenant: TenantID, _ time: Duration, _ change: (inout Counts) -> Void) {
        state.withLock { state in
            state[tenant, default: Counts()].seconds += time / .seconds(1)
            change(&state[tenant, default: Counts()])
        }
    }
}

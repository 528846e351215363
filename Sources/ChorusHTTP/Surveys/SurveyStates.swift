import EventLog
import EventSourcing
import Foundation
import Surveys
import Synchronization

/// Present states of surveys that responses are checked against, so that a long questionnaire is read once and not for
/// each response.
///
/// Remembers a history by its last position, and none that is not committed: the same history gives the same state.
final class SurveyStates: Sendable {
    private struct Key: Hashable {
        let tenant: TenantID
        let survey: UUID
    }

    private static let capacity = 256
    private let known = Mutex<[Key: (position: Position, state: Survey.State)]>([:])

    /// The state after this history; the initial state when it is no survey's.
    func state(after history: [RecordedEvent], tenant: TenantID) throws(UndecodableEvent) -> Survey.State {
        guard let last = history.last, last.stream.type == Survey.streamType else { return Survey.initialState }
        let key = Key(tenant: tenant, survey: last.stream.id)
        if last.position > 0, let found = known.withLock({ $0[key] }), found.position == last.position {
            return found.state
        }
        let state = try Survey.state(after: history)
        guard last.position > 0 else { return state }
        known.withLock { known in
            if known.count >= Self.capacity { known.evictSome() }
            known[key] = (last.position, state)
        }
        return state
    }
}

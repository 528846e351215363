import EventLog
import EventSourcing

extension Services {
    /// Waits for the projectors to reach what the caller has seen: `?min_position=`, at most two seconds.
    ///
    /// - Throws: `Problem` 503 `not-yet` when they do not come that far.
    func wait(for query: [String: String], tenant: TenantID) async throws {
        guard let position = try query.int64("min_position", in: 0...Int64.max), position > 0 else { return }
        guard try await progress.wait(for: position, tenant: tenant, upTo: .seconds(2)) else {
            throw Problem.unavailable("not-yet", "position \(position) is not projected yet; ask again a little later")
        }
    }
}

import EventLog
import EventSourcing

extension Services {
    /// Waits for the projectors to reach what the caller has seen: `?min_position=`, at most two seconds.
    ///
    /// - Throws: `Problem` 400 `position-ahead` when the log has no such position, 503 `not-yet` when the projectors do
    ///   not come that far.
    func wait(for query: [String: String], tenant: TenantID) async throws {
        guard let position = try query.int64("min_position", in: 0...Int64.max), position > 0 else { return }
        guard try await position <= store.head(of: tenant) else {
            let detail = "must not be beyond the last position that was handed out"
            throw Problem(
                400,
                "position-ahead",
                "there is no position \(position) yet: min_position \(detail)",
                items: [.init(place: .parameter("min_position"), code: "out_of_range", detail: detail)]
            )
        }
        guard try await progress.wait(for: position, tenant: tenant, upTo: .seconds(2)) else {
            throw Problem.unavailable("not-yet", "position \(position) is not projected yet; ask again a little later")
        }
    }
}

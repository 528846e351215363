import EventLog
import EventSourcing
import Foundation

/// What a reader has seen: `?min_position=`, a position as receipts have it, or one with its epoch as
/// `GET /v1/log/head` gives it (`<epoch>:<position>`).
struct MinimumPosition: Sendable, Equatable {
    let position: Position
    /// Nil: the caller did not say, and takes what the log has there now.
    let epoch: UUID?

    /// Nil when the query asks for none.
    init?(_ query: [String: String]) throws(Problem) {
        guard let text = query["min_position"] else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = String(parts.last ?? "")
        var epoch: UUID?
        if parts.count == 2 {
            guard let given = UUID(uuidString: String(parts[0])) else { throw Self.malformed }
            epoch = given
        }
        guard let position = Int64(digits), position >= 0, !digits.hasPrefix("+") else { throw Self.malformed }
        guard position > 0 || epoch != nil else { return nil }
        self.position = position
        self.epoch = epoch
    }

    /// The text form that carries the epoch.
    static func text(_ head: LogHead) -> String { "\(head.epoch.text):\(head.position)" }

    /// - Throws: `Problem` 410 `epoch-changed` when the position is of an earlier epoch than the log's present one.
    func requireEpoch(of head: LogHead) throws(Problem) {
        guard let epoch, epoch != head.epoch else { return }
        throw .epochChanged("min_position", "see GET /v1/log/head for the position up to which nothing changed")
    }

    private static var malformed: Problem {
        .parameter(
            "min_position",
            "out_of_range",
            "must be a position, a whole number from 0 to \(Int64.max), or <epoch>:<position>"
        )
    }
}

extension Services {
    /// The end of a tenant's log.
    func head(of tenant: TenantID) async throws -> LogHead {
        try await LogHead.read(tenant, from: lookups)
    }

    /// - Throws: `Problem` 410 `epoch-changed` when the caller's position is of an earlier epoch.
    func checkEpoch(_ wanted: MinimumPosition, tenant: TenantID) async throws {
        guard wanted.epoch != nil else { return }
        try wanted.requireEpoch(of: await head(of: tenant))
    }

    /// Waits for the projectors to reach what the caller has seen: `?min_position=`, at most two seconds.
    ///
    /// - Throws: `Problem` 400 `position-ahead` when the log has no such position, 410 `epoch-changed` when it is of an
    ///   earlier epoch, 503 `not-yet` when the projectors do not come that far.
    func wait(for query: [String: String], tenant: TenantID) async throws {
        guard let wanted = try MinimumPosition(query) else { return }
        let head = try await head(of: tenant)
        try wanted.requireEpoch(of: head)
        let position = wanted.position
        guard position <= head.position else {
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

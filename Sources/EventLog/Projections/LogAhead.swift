import EventSourcing
import Postgres
import Synchronization

/// A part of a tenant's log.
struct LogStretch: Sendable, Equatable {
    let tenant: TenantID
    let after: Position
    let last: Position
}

/// Reads the stretch of a log that is wanted next while another one is at work.
///
/// What was read ahead is taken only when exactly that is asked for; the log never changes, so that it is what would be read
/// then. At most one stretch is ahead.
final class LogAhead: Sendable {
    private struct Reading {
        let stretch: LogStretch
        let events: Task<[RecordedEvent], any Error>
    }

    private let reading = Mutex<Reading?>(nil)

    deinit { reading.withLock { $0?.events.cancel() } }

    /// Begins to read.
    func read(_ stretch: LogStretch, from pool: PostgresPool) {
        let events = Task { try await Self.events(of: stretch, from: pool) }
        replace(by: Reading(stretch: stretch, events: events))
    }

    /// The events of a stretch; those that are read ahead already are waited for.
    func events(of stretch: LogStretch, from pool: PostgresPool) async throws -> [RecordedEvent] {
        let ahead = reading.withLock { reading in
            defer { reading = nil }
            return reading
        }
        guard let ahead, ahead.stretch == stretch else {
            ahead?.events.cancel()
            return try await Self.events(of: stretch, from: pool)
        }
        return try await withTaskCancellationHandler {
            try await ahead.events.value
        } onCancel: {
            ahead.events.cancel()
        }
    }

    private func replace(by new: Reading) {
        let old = reading.withLock { reading in
            defer { reading = new }
            return reading
        }
        old?.events.cancel()
    }

    private static func events(of stretch: LogStretch, from pool: PostgresPool) async throws -> [RecordedEvent] {
        try await LogReader(pool: pool).events(of: stretch.tenant, after: stretch.after, upTo: stretch.last)
    }
}

import EventSourcing
import Foundation
import Postgres
import Synchronization

/// The log on PostgreSQL: one appender a tenant, reads through the same pool.
package final class PostgresEventStore: EventStore {
    private let log: LogTables
    private let reads: LogTables
    private let signal: LogSignal
    private let limits: AppendLimits
    private let clock: CommandClock
    private let appenders = Mutex<[TenantID: Appender]>([:])

    /// - Parameters:
    ///   - pool: connections whose settings `DurableConnection` has checked.
    ///   - reads: for everything but appending, so that many readers never hold up the writer; nil: the same.
    ///   - limits: of each tenant's queue.
    ///   - clock: what the patience of commands is measured with.
    ///   - counts: told of every append; nil: nobody asks.
    package init(
        pool: PostgresPool,
        reads: PostgresPool? = nil,
        signal: LogSignal = LogSignal(),
        limits: AppendLimits = AppendLimits(),
        clock: CommandClock = .continuous,
        counts: AppendCounts? = nil
    ) {
        self.log = LogTables(pool: pool, counts: counts)
        self.reads = LogTables(pool: reads ?? pool)
        self.signal = signal
        self.limits = limits
        self.clock = clock
    }

    package func execute(_ submission: Submission) async throws -> Appended {
        let appender = appender(of: submission.tenant)
        // Before anything that could be waited for.
        try appender.room.take(submission.bytes)
        defer { appender.room.giveBack(submission.bytes) }
        return try await appender.execute(submission)
    }

    package func requireRoom(for tenant: TenantID) throws(StoreFailure) {
        try appender(of: tenant).room.requireRoom()
    }

    package func history(of stream: StreamID, tenant: TenantID) async throws -> [RecordedEvent] {
        try await translated { try await reads.streams([stream.id], tenant: tenant)[stream.id]?.events ?? [] }
    }

    package func events(of tenant: TenantID, after position: Position, limit: Int) async throws -> [RecordedEvent] {
        try await translated { try await reads.events(of: tenant, after: position, limit: limit) }
    }

    package func head(of tenant: TenantID) async throws -> Position {
        try await translated { try await reads.head(of: tenant) }
    }

    package func passages(of stream: StreamID, tenant: TenantID) async throws -> [Int16: Passage] {
        try await translated { try await reads.passages(of: stream.id, tenant: tenant) }
    }

    private func appender(of tenant: TenantID) -> Appender {
        appenders.withLock { appenders in
            if let appender = appenders[tenant] { return appender }
            let signal = self.signal
            let appender = Appender(tenant: tenant, log: log, limits: limits, clock: clock) { _ in signal.send() }
            appenders[tenant] = appender
            return appender
        }
    }

    private func translated<Value>(_ read: () async throws -> Value) async throws -> Value {
        do {
            return try await read()
        } catch let error as PostgresError {
            // A read stores nothing, so nothing about it is unknown.
            if error == .poolExhausted { throw StoreFailure.queueFull(retryAfter: .seconds(1)) }
            throw StoreFailure.unavailable(error.description)
        }
    }
}

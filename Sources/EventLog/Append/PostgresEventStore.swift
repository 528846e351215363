import EventSourcing
import Foundation
import Postgres
import Synchronization

/// The log on PostgreSQL: one appender a tenant, reads through the same pool.
package final class PostgresEventStore: EventStore {
    private let log: LogTables
    private let reads: LogTables
    private let signal: LogSignal
    private let appenders = Mutex<[TenantID: Appender]>([:])

    /// - Parameters:
    ///   - pool: connections whose settings `DurableConnection` has checked.
    ///   - reads: for everything but appending, so that many readers never hold up the writer; nil: the same.
    package init(pool: PostgresPool, reads: PostgresPool? = nil, signal: LogSignal = LogSignal()) {
        self.log = LogTables(pool: pool)
        self.reads = LogTables(pool: reads ?? pool)
        self.signal = signal
    }

    package func execute(_ submission: Submission) async throws -> Appended {
        try await appender(of: submission.tenant).execute(submission)
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
            let appender = Appender(tenant: tenant, log: log) { _ in signal.send() }
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

extension StoreFailure {
    /// In the store's terms: what is known about whether anything was stored.
    init(_ error: any Error) {
        if let failure = error as? StoreFailure {
            self = failure
            return
        }
        guard let error = error as? PostgresError else {
            self = .unavailable(String(describing: error))
            return
        }
        switch error {
        case .connectionLost(outcomeUnknown: true), .timedOut(.statement), .cancelled: self = .outcomeUnknown
        case .poolExhausted: self = .queueFull(retryAfter: .seconds(1))
        // The server was told to end: it may have committed first.
        case .server(let server) where server.sqlState.rawValue.hasPrefix("57P"): self = .outcomeUnknown
        // It lost the server behind it that holds the tenant's log: that one may have committed.
        case .server(let server) where server.sqlState.rawValue.hasPrefix("08"): self = .outcomeUnknown
        default: self = .unavailable(error.description)
        }
    }
}

extension PostgresError {
    /// Whether the statement was refused for what one of its values holds, so that the others may still go through.
    var isAboutOneCommand: Bool {
        guard let state = sqlState?.rawValue else { return false }
        return state.hasPrefix("22") || state.hasPrefix("23") || state.hasPrefix("54")
    }
}

import EventSourcing

/// An event store whose reads go another way than its appends: what reads much holds up nobody who reads a little.
package struct SeparateReads: EventStore {
    private let appends: any EventStore
    private let reads: any EventStore

    /// - Parameter reads: only ever read from.
    package init(_ appends: any EventStore, reads: any EventStore) {
        self.appends = appends
        self.reads = reads
    }

    package func execute(_ submission: Submission) async throws -> Appended { try await appends.execute(submission) }

    package func requireRoom(for tenant: TenantID) throws(StoreFailure) { try appends.requireRoom(for: tenant) }

    package func history(of stream: StreamID, tenant: TenantID) async throws -> [RecordedEvent] {
        try await reads.history(of: stream, tenant: tenant)
    }

    package func events(of tenant: TenantID, after position: Position, limit: Int) async throws -> [RecordedEvent] {
        try await reads.events(of: tenant, after: position, limit: limit)
    }

    package func head(of tenant: TenantID) async throws -> Position { try await reads.head(of: tenant) }

    package func passages(of stream: StreamID, tenant: TenantID) async throws -> [Int16: Passage] {
        try await reads.passages(of: stream, tenant: tenant)
    }
}

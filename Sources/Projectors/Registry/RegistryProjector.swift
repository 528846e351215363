import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// What the tenant has registered: organizations, groups, places, channels, under the names that people read.
///
/// The tenant's own words: shown at once in `review` and in `aggregates`, never part of a release.
package struct RegistryProjector: PostgresProjector {
    package let name = "registry"
    package let version = 1
    package let sharedTables: [String] = []
    package let comparedTables = ["entries", "recognised"]
    package let eventTypes = Organizations.Event.types.union(GroupsEvent.types).union(Places.Event.types)
        .union(ChannelsEvent.types)
    /// Each registry is one stream, with rows of its own.
    package let isCommutative = true

    package init() {}

    package func emptyDelta() -> RegistryDelta { RegistryDelta() }

    package func fold(_ event: RecordedEvent, into delta: inout RegistryDelta) throws(UndecodableEvent) {
        let position = event.position
        switch event.stream.type {
        case Organizations.streamType:
            delta.put(try Organizations.Event(decoding: event).entry, position)
        case Places.streamType:
            delta.put(try Places.Event(decoding: event).entry, position)
        case Groups.streamType:
            switch try GroupsEvent(decoding: event) {
            case .entry(let event): delta.put(event.entry, position)
            case .recognised(let event): delta.recognise(event, position)
            case .merged(let event): delta.merge(event, position)
            }
        case Channels.streamType:
            switch try ChannelsEvent(decoding: event) {
            case .entry(let event): delta.put(event.entry, position)
            case .retired(let event): delta.retire(event, position)
            }
        default: break
        }
    }

    package func apply(_ delta: RegistryDelta, in context: ProjectionContext) async throws {
        let tenant = context.tenant.rawValue
        if !delta.entries.code.isEmpty {
            try await context.connection.execute(context.statement("apply", [tenant] + delta.entries.binds))
        }
        try await findPaths(of: delta.trees, in: context)
        if !delta.recognised.name.isEmpty {
            try await context.connection.execute(context.statement("recognise", [tenant] + delta.recognised.binds))
        }
    }

    /// Nobody has counted the rows that were written just now: the planner would take them for a few, and look through
    /// all entries for each entry.
    private func findPaths(of trees: [String], in context: ProjectionContext) async throws {
        guard !trees.isEmpty else { return }
        try await context.connection.execute("SELECT set_config('enable_nestloop', 'off', true)")
        for registry in trees {
            try await context.connection.execute(
                context.statement("paths", [context.tenant.rawValue, registry])
            )
        }
        try await context.connection.execute("SELECT set_config('enable_nestloop', 'on', true)")
    }
}

import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Topics

/// Demands that ask for the same thing, gathered: topics with their people, heat and history; by release in `aggregates`.
package struct TopicBoard: PublishingProjector {
    package let name = "topics"
    package let version = 3
    package let sharedTables = ["publication", "names", "topic_book"]
    package let comparedTables =
        [
            "messages", "demands", "operations", "successors", "moves", "supports", "titles", "topic_people",
            "topic_wordings", "topic_categories", "topics", "publications",
            "published_rows", "published_members",
        ] + NameTables.tables
    package let eventTypes = MessageEvent.Name.all.union(TopicBookEvent.types).union(NameChanges.eventTypes).union([
        TopicSupported.name, ReleasePublished.name,
    ])
    package let boundaryTypes: Set<String> = [ReleasePublished.name]
    /// A demand's home follows from its link and from the operations, whichever came first.
    package let isCommutative = true

    let countedTables: [StaticString] = ["topic_people", "topic_wordings", "topic_categories", "topics"]

    static let publications = ["topic"]

    package init() {}

    func cells(_ coordinates: [String]) -> [String: [String]] { ["topic": [coordinates.first ?? "-"]] }

    package func emptyDelta() -> TopicBoardDelta { TopicBoardDelta() }

    package func fold(_ event: RecordedEvent, into delta: inout TopicBoardDelta) throws(UndecodableEvent) {
        try delta.fold(event)
    }

    package func apply(_ delta: TopicBoardDelta, in context: ProjectionContext) async throws {
        let tables = TopicTables(context: context)
        // Places and groups are looked up under the names when they are asked for; nothing is counted by them.
        _ = try await NameTables(context: context).apply(delta.names)
        let changed = try await tables.enter(delta.operations)
        let moved = try await tables.messages(of: changed)
        let touched = TouchedMessages(delta.touched.union(moved), new: delta.messages.id)
        let supports = try await tables.supports(of: changed)
        try await counting(touched, delta.releases, { Self.publications }, in: context) {
            let before = context.countsAsItGoes ? try await tables.voices(of: touched.before + supports) : TopicVoices()
            try await tables.write(delta)
            try await tables.place(moved, changed)
            try await tables.enter(delta.supports)
            guard context.countsAsItGoes else { return }
            try await tables.count(touched.all + supports + delta.supports.map(\.stream), before: before)
        }
    }
}

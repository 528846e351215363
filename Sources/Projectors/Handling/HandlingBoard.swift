import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Topics

/// What became of each demand on its way to an answer: who has it, when an answer is due and given, what it was worth to those
/// who spoke; by release in `aggregates`.
///
/// Nothing that is published depends on the time of asking, nor on that of a release: rates are of months, by when an answer
/// was due, and views show them once the month is over.
package struct HandlingBoard: PublishingProjector {
    package let name = "handling"
    package let version = 3
    package let sharedTables = ["publication", "topic_book"]
    package let comparedTables = [
        "messages", "demands", "replies", "organizations", "brief_topics", "months", "clock", "operations",
        "successors",
        "moves", "titles", "publications", "published_rows", "published_members",
    ]
    package let eventTypes = MessageEvent.types.union(TopicBookEvent.types).union(Organizations.Event.types)
        .union(BriefEvent.types).union([ReleasePublished.name])
    package let boundaryTypes: Set<String> = [ReleasePublished.name]
    /// A message is one stream; its demands' topics follow from their links and from what was done with topics, whichever came
    /// first, and so do topics of briefs; a brief is one stream, and the tree of organizations is one.
    package let isCommutative = true

    let countedTables: [StaticString] = []

    /// Both roads of the funnel; all else is published by month.
    private static let roads = ["collective", "direct"]

    package init() {}

    func cells(_ coordinates: [String]) -> [String: [String]] {
        guard coordinates.count > 2, let what = coordinates.first else { return [:] }
        if what == "road" { return ["collective": [coordinates[1]], "direct": [coordinates[2]]] }
        return ["\(what) \(coordinates[1])": Array(coordinates[2...])]
    }

    package func emptyDelta() -> HandlingDelta { HandlingDelta() }

    package func fold(_ event: RecordedEvent, into delta: inout HandlingDelta) throws(UndecodableEvent) {
        try delta.fold(event)
    }

    /// What one message does changes what counts of another one (alone in its topic, or not), so a rebuild's batch of many
    /// releases is written stretch by stretch.
    package func apply(_ delta: HandlingDelta, in context: ProjectionContext) async throws {
        for stretch in delta.stretches { try await apply(stretch, in: context) }
    }

    private func apply(_ stretch: HandlingDelta.Stretch, in context: ProjectionContext) async throws {
        let tables = HandlingTables(context: context)
        let changed = try await TopicTables(context: context).enter(stretch.operations)
        let moved = try await tables.moved(by: changed)
        let direct = stretch.messages
        var histories = try await tables.histories(of: direct.subtracting(stretch.received))
        for said in stretch.said { histories.take(said) }
        var touched = direct.union(moved)
        // Asked for by a rebuild alone.
        if context.load != nil {
            touched.formUnion(try await tables.neighbours(of: touched, histories))
            if !changed.isEmpty || !stretch.briefs.isEmpty {
                touched.formUnion(try await tables.demands(of: stretch.briefs))
            }
        }
        let messages = TouchedMessages(touched, new: stretch.received)
        let written = histories
        try await counting(
            messages,
            stretch.release.map { [$0] } ?? [],
            { Self.roads + (try await tables.publications()) },
            in: context,
            releasesBefore: [:]
        ) {
            try await tables.write(written)
            try await tables.write(stretch.organizations)
            try await tables.place(moved)
            try await tables.write(stretch.briefs, changed)
            if let latest = stretch.latest { try await tables.moveClock(to: latest) }
        }
    }
}

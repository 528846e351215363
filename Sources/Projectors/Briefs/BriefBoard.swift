import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Topics

/// Briefs as they stand: of which topics, what those behind them said, and what became of them.
package struct BriefBoard: PostgresProjector {
    package let name = "briefs"
    package let version = 1
    package let sharedTables: [String] = []
    package let comparedTables = ["briefs", "brief_topics", "brief_checks"]
    package let eventTypes = BriefEvent.types
    /// A brief is one stream, with rows of its own.
    package let isCommutative = true

    package init() {}

    package func emptyDelta() -> BriefBoardDelta { BriefBoardDelta() }

    package func fold(_ event: RecordedEvent, into delta: inout BriefBoardDelta) throws(UndecodableEvent) {
        delta.fold(try BriefEvent(decoding: event), event)
    }

    package func apply(_ delta: BriefBoardDelta, in context: ProjectionContext) async throws {
        let changes = delta.changed
        let statements: [(name: String, isNeeded: Bool, binds: [any PostgresEncodable])] = [
            ("drafted", !delta.drafted.brief.isEmpty, delta.drafted.binds),
            ("topics", !delta.topics.brief.isEmpty, delta.topics.binds),
            ("checks", !delta.checks.brief.isEmpty, delta.checks.binds),
            ("changes", !changes.brief.isEmpty, changes.binds),
            ("topic_states", !changes.brief.isEmpty, [changes.brief, changes.state]),
        ]
        for statement in statements where statement.isNeeded {
            try await context.connection.execute(
                context.statement(statement.name, [context.tenant.rawValue] + statement.binds)
            )
        }
    }
}

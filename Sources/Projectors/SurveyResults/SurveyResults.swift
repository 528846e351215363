import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Surveys

/// Surveys and what was answered: exact in `review`, by release in `aggregates`.
package struct SurveyResults: PublishingProjector {
    package let name = "survey_results"
    package let version = 2
    package let sharedTables = ["publication"]
    package let comparedTables = [
        "surveys", "questions", "options", "facts", "answers", "cells", "cell_people", "publications",
        "published_rows", "published_members",
    ]
    package let eventTypes = SurveyEvent.Name.all.union([
        MessageEvent.Name.responded, MessageEvent.Name.withdrawn, ReleasePublished.name,
    ])
    package let boundaryTypes: Set<String> = [ReleasePublished.name]
    /// Responses are counted whatever is known of their survey; the two meet in views and releases only.
    package let isCommutative = true
    /// Persons are rows of their own here, so it always counts as it goes.
    let countedTables: [StaticString] = []

    package init() {}

    func cells(_ coordinates: [String]) -> [String: [String]] {
        guard coordinates.count == 2 else { return [:] }
        return [coordinates[0].ofBytes: [coordinates[1]]]
    }

    package func emptyDelta() -> SurveyResultsDelta { SurveyResultsDelta() }

    package func fold(_ event: RecordedEvent, into delta: inout SurveyResultsDelta) throws(UndecodableEvent) {
        if event.type == ReleasePublished.name {
            delta.releases.append(Release(try ReleasePublished(decoding: event), event))
        } else if SurveyEvent.Name.all.contains(event.type) {
            delta.change(try SurveyEvent(decoding: event), event)
        } else {
            switch try MessageEvent(decoding: event) {
            case .responded(let response): delta.respond(response, event)
            case .withdrawn: delta.withdraw(event)
            default: break
            }
        }
    }

    package func apply(_ delta: SurveyResultsDelta, in context: ProjectionContext) async throws {
        let tenant = context.tenant.rawValue
        let surveys = delta.surveyColumns
        if !surveys.drafted.survey.isEmpty {
            try await context.connection.execute(context.statement("surveys", [tenant] + surveys.drafted.binds))
        }
        if !surveys.changed.survey.isEmpty {
            try await context.connection.execute(context.statement("changes", [tenant] + surveys.changed.binds))
        }
        if !surveys.revised.isEmpty {
            try await context.connection.execute(context.statement("questions_gone", [tenant, surveys.revised]))
            try await context.connection.execute(
                context.statement("questions", [tenant] + surveys.questions.binds + surveys.options.binds)
            )
        }
        try await counting(delta.touched, delta.releases, { try await publications(delta, in: context) }, in: context) {
            if delta.changesFacts {
                try await context.connection.execute(
                    context.statement(
                        "apply",
                        [tenant] + delta.responses.binds + delta.answers.binds + delta.withdrawals.binds
                    )
                )
            }
            if !delta.withdrawals.message.isEmpty {
                try await context.connection.execute(context.statement("sweep", [tenant]))
            }
        }
    }

    /// Those that a release could change: of surveys whose responses changed since they were published.
    private func publications(
        _ delta: SurveyResultsDelta,
        in context: ProjectionContext
    ) async throws -> [String] {
        let rows = try await context.connection.query(
            context.statement("publications", [context.tenant.rawValue, delta.touched.all])
        )
        return try rows.map { try $0.decode(0, as: String.self) }
    }
}

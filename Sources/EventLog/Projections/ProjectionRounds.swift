import EventSourcing
import Postgres

/// Several runs on one tenant's log, brought forward together: those that stand at the same position share what is read.
struct ProjectionRounds: Sendable {
    /// Where a run stands and where it goes.
    struct Course: Sendable {
        let run: ProjectionRun
        var position: Position
        let goal: Position
        /// Why it stopped before its goal.
        var error: (any Error)?

        var isUnderWay: Bool { error == nil && position < goal }
    }

    let tenant: TenantID
    private(set) var courses: [Course]

    init(tenant: TenantID, _ courses: [Course]) {
        self.tenant = tenant
        self.courses = courses
    }

    /// Brings every run to its goal; one that fails stands still and the others go on.
    ///
    /// - Parameters:
    ///   - enough: asked after each batch; true ends before the goals.
    ///   - moved: called after each batch with the lowest position of those under way.
    mutating func run(
        _ step: ProjectionStep,
        until enough: () -> Bool = { false },
        moved: (_ courses: [Course]) async throws -> Void = { _ in }
    ) async throws {
        var parked = try await ParkedStreams.read(courses.map(\.run.generation), tenant, from: step.pool)
        while let lowest = courses.filter(\.isUnderWay).map(\.position).min(), !enough() {
            let group = courses.indices.filter { courses[$0].isUnderWay && courses[$0].position == lowest }
            // Not past the next one's place or goal, so that they go on together from there.
            let stops = courses.filter(\.isUnderWay).flatMap { [$0.position, $0.goal] }.filter { $0 > lowest }
            guard let target = stops.min() else { break }
            let outcome = try await step.advance(
                group.map { courses[$0].run },
                tenant: tenant,
                from: lowest,
                to: target,
                parked: &parked
            )
            guard let outcome else { break }
            for (place, error) in zip(group, outcome.errors) {
                if let error { courses[place].error = error } else { courses[place].position = outcome.position }
            }
            try Task.checkCancellation()
            try await moved(courses)
        }
    }
}

import EventSourcing
import Logging
import Postgres

extension Rebuild {
    /// The generations to build: those that a killed rebuild left where it was, else new ones.
    ///
    /// - Parameter name: of generations as of a time.
    func begin(_ projectors: [any PostgresProjector], name: String?) async throws -> [ProjectionRun] {
        var runs: [ProjectionRun] = []
        for projector in projectors {
            let building = try await records.all(of: projector.name).filter { $0.state == .building && $0.name == name }
            // Whatever is being built was left behind by a rebuild that died: the lock says that none is running.
            let left = building.first { $0.version == projector.version }
            try await records.retire(building.map(\.generation).filter { $0 != left?.generation })
            try await records.dropRetired(projector.name)
            if let left, !left.keepsMemory, try await exists(left.generation) {
                logger.notice(
                    "a rebuild that was broken off goes on",
                    metadata: ["projector": "\(projector.name)", "generation": "\(left.generation)"]
                )
                runs.append(ProjectionRun(projector: projector, generation: left.generation))
                continue
            }
            if let left { try await records.retire([left.generation]) }
            let generation = try await pool.withTransaction { connection in
                try await generations.create(projector, name: name, byRebuild: true, on: connection)
            }
            runs.append(ProjectionRun(projector: projector, generation: generation))
        }
        return runs
    }

    /// Whether a generation has its schema: one that a dump did not hold has a row only.
    private func exists(_ generation: Int32) async throws -> Bool {
        let rows = try await pool.query("SELECT to_regnamespace(\(Generations.schema(generation))) IS NOT NULL")
        return try rows.first?.decode(0, as: Bool.self) ?? false
    }

    /// Brings generations to where their live ones are, all in one pass over each tenant's log.
    ///
    /// - Returns: how many events came meanwhile, at the generation that has most of them before it.
    func catchUp(
        _ runs: [ProjectionRun],
        _ step: ProjectionStep,
        _ options: Options,
        report: @Sendable (Progress) -> Void
    ) async throws -> Position {
        try await bring(try await stretches(runs), runs, step, options, report: report)
        return try await stretches(runs).map { $0.goal - $0.position }.max() ?? 0
    }

    /// One run's way in one tenant's log.
    struct Stretch: Sendable {
        let tenant: TenantID
        let generation: Int32
        let position: Position
        let goal: Position
    }

    func bring(
        _ stretches: [Stretch],
        _ runs: [ProjectionRun],
        _ step: ProjectionStep,
        _ options: Options,
        report: @Sendable (Progress) -> Void = { _ in }
    ) async throws {
        let tenants = Set(stretches.map(\.tenant)).sorted()
        let goals = tenants.map { tenant in stretches.filter { $0.tenant == tenant }.map(\.goal).max() ?? 0 }
        let total = goals.reduce(0, +)
        var before: Position = 0
        let clock = ContinuousClock()
        for (tenant, goal) in zip(tenants, goals) {
            let courses = stretches.filter { $0.tenant == tenant }.compactMap { stretch in
                runs.first { $0.generation == stretch.generation }.map {
                    ProjectionRounds.Course(run: $0, position: stretch.position, goal: stretch.goal)
                }
            }
            var rounds = ProjectionRounds(tenant: tenant, courses)
            var began = clock.now
            let passed = before
            try await rounds.run(
                step,
                moved: { courses in
                    for course in courses { if let error = course.error { throw error } }
                    report(Progress(done: passed + (courses.map(\.position).min() ?? 0), total: total))
                    if options.isGentle { try await clock.sleep(for: clock.now - began) }
                    began = clock.now
                }
            )
            try await concurrently(rounds.courses, options.parallel) { course in
                try await step.settle(course.run, tenant, at: course.position)
            }
            before += goal
        }
        try await concurrently(runs, options.parallel) { try await step.isSettled($0) }
        report(Progress(done: total, total: total))
    }

    /// Does the same for all of these, so many at once.
    private func concurrently<Item: Sendable>(
        _ items: [Item],
        _ width: Int,
        _ body: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var waiting = items.makeIterator()
            func next() {
                if let item = waiting.next() { group.addTask { try await body(item) } }
            }
            for _ in 0..<max(width, 1) { next() }
            while try await group.next() != nil { next() }
        }
    }

    /// Where each generation is and should go: never past a live one that it will be compared with, else to the head.
    func stretches(_ runs: [ProjectionRun]) async throws -> [Stretch] {
        var stretches: [Stretch] = []
        for run in runs {
            let live = try await comparable(run.projector)
            try await Generations.addCheckpoints(run.generation, pool)
            let rows = try await pool.query(
                """
                SELECT
                    h.tenant_id, c.position,
                    CASE WHEN \(live)::integer IS NULL THEN h.position ELSE COALESCE(l.position, 0) END
                FROM log.heads AS h
                JOIN projections.checkpoints AS c
                    ON c.tenant_id = h.tenant_id
                    AND c.generation = \(run.generation)
                LEFT JOIN projections.checkpoints AS l
                    ON l.tenant_id = h.tenant_id
                    AND l.generation = \(live)
                ORDER BY h.tenant_id
                """
            )
            stretches += try rows.map { row in
                let (tenant, position, goal) = try row.decode((Int32, Int64, Int64).self)
                return Stretch(
                    tenant: TenantID(rawValue: tenant),
                    generation: run.generation,
                    position: position,
                    goal: goal
                )
            }
        }
        return stretches
    }

    /// The live generation, when it was built by this version and so can be compared.
    private func comparable(_ projector: any PostgresProjector) async throws -> Int32? {
        let live = try await pool.withConnection { try await generations.live(projector.name, on: $0) }
        return live?.version == projector.version ? live?.generation : nil
    }
}

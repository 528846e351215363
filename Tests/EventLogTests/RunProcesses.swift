import EventLog
import EventSourcing
import Synchronization
import TestSupport
import Testing

/// Processes go on whatever becomes of others, and what stands still is complained of once.
@Suite struct RunProcesses {
    /// Remembers what it has read; sends nothing.
    private final class Reader: LogProcess {
        let name: String
        let version = 1
        private let positions = Mutex<[Position]>([])
        private let gates = Mutex<[(count: Int, gate: Gate)]>([])

        init(_ name: String) { self.name = name }

        var read: [Position] { positions.withLock { $0 } }

        /// Waits until it has read so many events.
        func hasRead(_ count: Int) async {
            let gate = Gate()
            gates.withLock { $0.append((count, gate)) }
            open()
            await gate.passed()
        }

        func commands(for events: [RecordedEvent]) async throws -> [ProcessCommand] {
            positions.withLock { $0 += events.map(\.position) }
            open()
            return []
        }

        private func open() {
            let count = read.count
            for (wanted, gate) in gates.withLock({ $0 }) where wanted <= count { gate.open() }
        }
    }

    private struct Gone: Error, CustomStringConvertible {
        let description: String
    }

    /// A reader for each tenant; says no for the first one as long as there is a reason to.
    private final class Readers: ProcessSource {
        let name: String
        private let readers: [TenantID: Reader]
        private let trouble = Mutex<String?>(nil)

        init(_ name: String) {
            self.name = name
            readers = Dictionary(uniqueKeysWithValues: TestLog.tenants.map { ($0, Reader(name)) })
        }

        func fail(_ reason: String?) { trouble.withLock { $0 = reason } }

        func read(_ tenant: TenantID) -> [Position] { readers[tenant]?.read ?? [] }

        func hasRead(_ count: Int, _ tenant: TenantID) async { await readers[tenant]?.hasRead(count) }

        func processes(of tenant: TenantID) async throws -> [any LogProcess] {
            if tenant == TestLog.tenants[0], let reason = trouble.withLock({ $0 }) { throw Gone(description: reason) }
            return [readers[tenant]].compactMap { $0 }
        }
    }

    private func append(to log: TestLog, _ tenants: [TenantID] = TestLog.tenants) async throws {
        let store = PostgresEventStore(pool: log.pool)
        for tenant in tenants {
            _ = try await store.execute(
                Submission(tenant: tenant, stream: Counter.stream(), actor: "test") { _ in
                    Decision(events: [Counter.event(1)])
                }
            )
        }
    }

    private func engine(
        _ log: TestLog,
        _ sources: [any ProcessSource],
        _ lines: LogLines = LogLines(),
        allowance: Position = 1_000,
        patience: Duration = .seconds(1)
    ) -> ProcessEngine {
        ProcessEngine(
            sources: sources,
            store: PostgresEventStore(pool: log.pool),
            pool: log.pool,
            leases: nil,
            allowance: allowance,
            patience: patience,
            logger: lines.logger()
        )
    }

    /// A read model of the first tenant that has everything to read.
    private func addReadModel(to log: TestLog) async throws {
        try await log.operators.execute(
            """
            INSERT INTO projections.generations (generation, projector, projector_version, state)
            VALUES (7, 'slow', 1, 'live')
            """
        )
        try await log.operators.execute(
            "INSERT INTO projections.checkpoints (tenant_id, generation, position) VALUES (1, 7, 0)"
        )
    }

    private func settle(_ engine: ProcessEngine) async throws {
        while try await engine.round() {}
    }

    private func complaints(_ lines: LogLines) -> [String] {
        lines.all.filter { $0.contains("stands still") }
    }

    @Test func aSourceThatFailsHoldsUpNobodyElse() async throws {
        let log = try await TestLog.make()
        let (broken, sound, lines) = (Readers("broken"), Readers("sound"), LogLines())
        let engine = engine(log, [broken, sound], lines)
        try await append(to: log)
        broken.fail("the weights are gone")
        try await settle(engine)
        #expect(broken.read(TestLog.tenants[0]) == [])
        #expect(broken.read(TestLog.tenants[1]) == [1])
        #expect(sound.read(TestLog.tenants[0]) == [1])
        #expect(sound.read(TestLog.tenants[1]) == [1])
        let said = complaints(lines)
        #expect(said.count == 1, "\(said)")
        #expect(
            said.first?.contains("the weights are gone") == true
                && said.first?.contains("every process of broken of tenant 1") == true
        )

        // The control: as soon as it can say, its process reads what the others have read.
        broken.fail(nil)
        try await settle(engine)
        #expect(broken.read(TestLog.tenants[0]) == [1])
        #expect(sound.read(TestLog.tenants[0]) == [1])
        await log.close()
    }

    @Test func aComplaintIsRepeatedOnlyWhenItIsNew() async throws {
        let log = try await TestLog.make()
        let (broken, lines) = (Readers("broken"), LogLines())
        let engine = engine(log, [broken], lines)
        try await append(to: log)
        for (reason, expected) in [("first", 1), ("first", 1), ("second", 2), ("first", 3), ("first", 3)] {
            broken.fail(reason)
            try await settle(engine)
            #expect(complaints(lines).count == expected, "\(complaints(lines))")
        }
        // After it went well the same is said again.
        broken.fail(nil)
        try await settle(engine)
        try await append(to: log)
        broken.fail("first")
        try await settle(engine)
        #expect(complaints(lines).count == 4, "\(complaints(lines))")
        await log.close()
    }

    /// Says whatever it is told to.
    private final class Changing: ProcessSource {
        let name = "changing"
        private let present = Mutex<[any LogProcess]>([])

        func want(_ processes: [any LogProcess]) { present.withLock { $0 = processes } }

        func processes(of tenant: TenantID) async throws -> [any LogProcess] {
            tenant == TestLog.tenants[0] ? present.withLock { $0 } : []
        }
    }

    @Test func aProcessThatIsNotWantedAnyMoreIsLetGo() async throws {
        let log = try await TestLog.make()
        let (changing, other) = (Changing(), Readers("other"))
        let engine = engine(log, [changing, other])
        weak var first: Reader?
        weak var second: Reader?
        func want() {
            let (one, two) = (Reader("one"), Reader("two"))
            (first, second) = (one, two)
            changing.want([one, two])
        }
        want()
        try await append(to: log)
        try await settle(engine)
        #expect(first?.read == [1] && second?.read == [1])
        changing.want([second].compactMap { $0 })
        // The control: until the engine asks again, it keeps what it has.
        #expect(first != nil)
        try await append(to: log)
        try await settle(engine)
        #expect(first == nil)
        #expect(second?.read == [1, 2])
        #expect(other.read(TestLog.tenants[0]) == [1, 2])
        await log.close()
    }

    /// Comes to its first stretch when it is let.
    private final class Slow: LogProcess {
        let name = "slow"
        let version = 1
        let gate = Gate()
        let reader = Reader("slow")

        func begin(after position: Position) async throws { await gate.passed() }

        func commands(for events: [RecordedEvent]) async throws -> [ProcessCommand] {
            try await reader.commands(for: events)
        }
    }

    @Test func aSlowStartHoldsUpNoOther() async throws {
        let log = try await TestLog.make()
        let (changing, other, slow) = (Changing(), Readers("other"), Slow())
        changing.want([slow])
        // It stood somewhere before, so that it has to begin there.
        try await log.pool.execute(
            """
            INSERT INTO projections.process_checkpoints (tenant_id, process, version, position)
            VALUES (1, 'slow', 1, 1)
            """
        )
        try await append(to: log)
        try await append(to: log)
        let running = Task { [engine = engine(log, [changing, other])] in try await engine.run() }
        for tenant in TestLog.tenants { await other.hasRead(2, tenant) }
        #expect(slow.reader.read == [])
        try await append(to: log)
        await other.hasRead(3, TestLog.tenants[0])
        #expect(slow.reader.read == [])
        slow.gate.open()
        await slow.reader.hasRead(2)
        #expect(slow.reader.read.prefix(2) == [2, 3])
        running.cancel()
        _ = await running.result
        await log.close()
    }

    @Test func whoSpeaksAndWhoReadsGoFirst() async throws {
        let log = try await TestLog.make()
        let readers = Readers("derives")
        let engine = engine(log, [readers], allowance: 1, patience: .seconds(3_600))
        // The second tenant has none.
        try await addReadModel(to: log)
        for _ in 0..<2 { try await append(to: log) }
        let running = Task { try await engine.run() }
        await readers.hasRead(2, TestLog.tenants[1])
        try await append(to: log, [TestLog.tenants[1]])
        await readers.hasRead(3, TestLog.tenants[1])
        #expect(readers.read(TestLog.tenants[0]) == [])
        // One event behind is near enough.
        try await log.operators.execute("UPDATE projections.checkpoints SET position = 1")
        await readers.hasRead(2, TestLog.tenants[0])
        running.cancel()
        _ = await running.result
        await log.close()
    }

    @Test func aReadModelThatStandsStillIsNotWaitedForForEver() async throws {
        let log = try await TestLog.make()
        let readers = Readers("derives")
        let engine = engine(log, [readers], allowance: 0, patience: .milliseconds(1))
        try await addReadModel(to: log)
        try await append(to: log)
        let running = Task { try await engine.run() }
        await readers.hasRead(1, TestLog.tenants[0])
        running.cancel()
        _ = await running.result
        await log.close()
    }

    @Test func stretchesAreShorterTheFurtherReadModelsAreBehind() {
        let stretches = [-5, 0, 100, 500, 900, 1_000, 90_000].map { ProcessRun.stretch(whenBehind: $0, of: 1_000) }
        #expect(stretches == [2_000, 2_000, 1_825, 1_125, 425, 250, 250])
        #expect(ProcessRun.stretch(whenBehind: 0, of: 0) == 2_000 && ProcessRun.stretch(whenBehind: 1, of: 0) == 250)
    }
}

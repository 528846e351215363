import EventLog
import EventSourcing
import Foundation
import Postgres
import Testing

/// Whatever is changed behind the server's back is found, where it was changed.
@Suite struct VerifyTheLog {
    /// A log of eight events in seven commands; the last ones wait for each other and become one batch.
    private static func filled() async throws -> TestLog {
        let log = try await TestLog.make()
        let store = PostgresEventStore(pool: log.pool)
        let stream = Counter.stream()
        for _ in 1...3 { _ = try await store.execute(Counter.increment(stream)) }
        // Waits behind a lock of the head, so that the others become one batch.
        let holder = try await PostgresConnection.connect(
            PostgresConfiguration(connectionString: log.connectionString)
        )
        try await holder.execute("BEGIN")
        try await holder.execute("SELECT 1 FROM log.heads WHERE tenant_id = 1 FOR UPDATE")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await store.execute(Counter.increment(stream)) }
            while try await waiting(log) == 0 { await Task.yield() }
            for body in ["a", "b"] {
                group.addTask { _ = try await store.execute(spoken(body, Counter.stream())) }
            }
            group.addTask {
                _ = try await store.execute(
                    Submission(tenant: TestLog.tenants[0], stream: Counter.stream(), actor: "test") { _ in
                        Decision(events: [Counter.event(1), Counter.event(2)])
                    }
                )
            }
            try await holder.execute("ROLLBACK")
            try await group.waitForAll()
        }
        await holder.close()
        return log
    }

    private static func waiting(_ log: TestLog) async throws -> Int {
        let rows = try await log.operators.query(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return try rows.first?.decode(0, as: Int.self) ?? 0
    }

    /// An event with a passage and its commitment.
    private static func spoken(_ body: String, _ stream: StreamID) -> Submission {
        Submission(tenant: TestLog.tenants[0], stream: stream, actor: "test") { _ in
            let salt = Array("salt".utf8)
            let commitment = hmacSHA256(Array(body.utf8), key: salt).hexadecimal
            return Decision(
                events: [
                    NewEvent(
                        type: "Said",
                        schemaVersion: 1,
                        body: Array(#"{"text":{"passage":1,"commitment":"\#(commitment)"}}"#.utf8)
                    )
                ],
                passages: [Passage(number: 1, kind: "text", language: nil, body: body, salt: salt)]
            )
        }
    }

    private func verify(_ log: TestLog, _ receipt: LogReceipt? = nil) async throws -> LogVerification.Report {
        try await LogVerification(pool: log.operators, forgettingTypes: ["Forgotten"]).run(
            tenant: TestLog.tenants[0],
            code: "one",
            receipt: receipt
        ) { _, _ in }
    }

    private func receipt(_ log: TestLog) async throws -> LogReceipt {
        let head = try await LogHead.read(TestLog.tenants[0], from: log.operators)
        return LogReceipt(tenant: "one", epoch: head.epoch, position: head.position, chain: head.chain)
    }

    /// What somebody with all rights does: the triggers off, then the change.
    private func tamper(_ log: TestLog, _ statements: String...) async throws {
        try await log.operators.withTransaction { connection in
            try await connection.execute("SET LOCAL session_replication_role = replica")
            for statement in statements { try await connection.execute(SQL(statement)) }
        }
    }

    @Test func anUntouchedLogHolds() async throws {
        let log = try await Self.filled()
        let report = try await verify(log, try await receipt(log))
        #expect(report.findings.isEmpty)
        #expect(report.events == 8 && report.passages == 2)
        #expect(report.head.position == 8)
        let batches = try await log.operators.query("SELECT count(*) FROM log.batches WHERE tenant_id = 1").first
        #expect(try report.batches == batches?.decode(0, as: Int64.self))
        await log.close()
    }

    @Test func anEmptyLogHolds() async throws {
        let log = try await TestLog.make()
        let report = try await verify(log, try await receipt(log))
        #expect(report.findings.isEmpty && report.events == 0)
        await log.close()
    }

    @Test(arguments: [
        "UPDATE log.events SET body = '{\"n\":9}' WHERE tenant_id = 1 AND position = 2",
        "UPDATE log.events SET body = '{\"n\": 2}' WHERE tenant_id = 1 AND position = 2",
        "UPDATE log.events SET actor = 'tesT' WHERE tenant_id = 1 AND position = 2",
        "UPDATE log.events SET type = 'Counter' WHERE tenant_id = 1 AND position = 2",
        "UPDATE log.events SET stream_type = 'c' WHERE tenant_id = 1 AND position = 2",
        "UPDATE log.events SET schema_version = 2 WHERE tenant_id = 1 AND position = 2",
        "UPDATE log.events SET version = 9 WHERE tenant_id = 1 AND position = 2",
        "UPDATE log.events SET stream_id = gen_random_uuid() WHERE tenant_id = 1 AND position = 2",
        "UPDATE log.events SET recorded_at = recorded_at + interval '1 microsecond' WHERE tenant_id = 1 AND position = 2",
    ])
    func oneAlteredByteIsFound(_ statement: String) async throws {
        let log = try await Self.filled()
        try await tamper(log, statement)
        let report = try await verify(log)
        #expect(report.findings == [.eventsAltered(from: 2, to: 2)])
        await log.close()
    }

    @Test func theCommandWithinABatchIsNamed() async throws {
        let log = try await Self.filled()
        let rows = try await log.operators.query(
            "SELECT max(first_position), max(last_position) FROM log.batches WHERE tenant_id = 1"
        )
        let (first, last) = try #require(try rows.first?.decode((Int64, Int64).self))
        #expect(last - first >= 2, "the last commands are no batch")
        try await tamper(log, "UPDATE log.events SET actor = 'x' WHERE tenant_id = 1 AND position = \(first + 1)")
        let report = try await verify(log)
        guard case .eventsAltered(let from, let to)? = report.findings.first else {
            Issue.record("\(report.findings)")
            return
        }
        #expect(report.findings.count == 1)
        // The altered event, and no more than its own command's.
        #expect((from...to).contains(first + 1) && to - from <= 1)
        await log.close()
    }

    @Test(arguments: [1, 3, 8] as [Int64])
    func aDeletedEventIsFound(_ position: Int64) async throws {
        let log = try await Self.filled()
        try await tamper(log, "DELETE FROM log.events WHERE tenant_id = 1 AND position = \(position)")
        let report = try await verify(log)
        #expect(report.findings.contains(.eventsMissing(from: position, to: position)))
        await log.close()
    }

    @Test func aDeletedBatchIsFound() async throws {
        let log = try await Self.filled()
        try await tamper(log, "DELETE FROM log.batches WHERE tenant_id = 1 AND first_position = 2")
        let report = try await verify(log)
        #expect(report.findings == [.eventsUnexplained(from: 2, to: 2), .batchMissing(at: 2)])
        await log.close()
    }

    @Test func twoSwappedEventsAreFound() async throws {
        let log = try await Self.filled()
        try await tamper(
            log,
            "UPDATE log.events SET position = 99 WHERE tenant_id = 1 AND position = 1",
            "UPDATE log.events SET position = 1 WHERE tenant_id = 1 AND position = 2",
            "UPDATE log.events SET position = 2 WHERE tenant_id = 1 AND position = 99"
        )
        let report = try await verify(log)
        #expect(report.findings == [.eventsAltered(from: 1, to: 1), .eventsAltered(from: 2, to: 2)])
        await log.close()
    }

    @Test func aBatchAtAnotherTimeIsFound() async throws {
        let log = try await Self.filled()
        try await tamper(
            log,
            "UPDATE log.events SET recorded_at = recorded_at - interval '1 day' WHERE tenant_id = 1 AND position = 1",
            "UPDATE log.batches SET recorded_at = recorded_at - interval '1 day' WHERE tenant_id = 1 AND first_position = 1"
        )
        let report = try await verify(log)
        #expect(report.findings == [.chainBroken(from: 1, to: 1)])
        await log.close()
    }

    @Test func anEventBehindTheHeadIsFound() async throws {
        let log = try await Self.filled()
        try await tamper(
            log,
            """
            INSERT INTO log.events
            SELECT tenant_id, 9, gen_random_uuid(), 1, 1, recorded_at, stream_type, type, actor, body
            FROM log.events
            WHERE tenant_id = 1 AND position = 1
            """
        )
        #expect(try await verify(log).findings == [.eventsUnexplained(from: 9, to: 9)])
        await log.close()
    }

    @Test func aTurnedBackHeadIsFound() async throws {
        let log = try await Self.filled()
        try await tamper(log, "UPDATE log.heads SET position = 3 WHERE tenant_id = 1")
        let findings = try await verify(log).findings
        #expect(findings.contains(.headDiffers))
        #expect(findings.contains(.eventsUnexplained(from: 4, to: 8)))
        await log.close()
    }

    @Test func aMisplacedCommandIsFound() async throws {
        let log = try await Self.filled()
        let id = UUID()
        try await tamper(log, "INSERT INTO log.commands VALUES (1, '\(id)', gen_random_uuid(), 1)")
        #expect(try await verify(log).findings == [.commandMisplaced(id)])
        await log.close()
    }

    @Test func alteredWordsAreFound() async throws {
        let log = try await Self.filled()
        try await log.operators.execute("UPDATE vault.passages SET body = 'A' WHERE tenant_id = 1 AND body = 'a'")
        let findings = try await verify(log).findings
        #expect(findings.count == 1)
        guard case .wordsAltered(_, number: 1)? = findings.first else {
            Issue.record("\(findings)")
            return
        }
        await log.close()
    }

    @Test func wordsGoneAreFoundUnlessAnEventSaysSo() async throws {
        let log = try await Self.filled()
        let streams = try await log.operators.query(
            "DELETE FROM vault.passages WHERE tenant_id = 1 RETURNING stream_id"
        )
        #expect(streams.count == 2)
        let findings = try await verify(log).findings
        #expect(findings.count == 2)
        let stream = try #require(try streams.first?.decode(0, as: UUID.self))
        #expect(findings.contains(.wordsMissing(stream: stream)))
        _ = try await PostgresEventStore(pool: log.pool).execute(
            Submission(tenant: TestLog.tenants[0], stream: Counter.stream(stream), actor: "test") { _ in
                Decision(events: [NewEvent(type: "Forgotten", schemaVersion: 1, body: Array("{}".utf8))])
            }
        )
        #expect(try await verify(log).findings.count == 1)
        await log.close()
    }

    /// What nothing inside can find: the end cut off with its batches, and the head turned back to fit.
    @Test func aCutOffEndIsFoundWithAReceiptOnly() async throws {
        let log = try await Self.filled()
        let receipt = try await receipt(log)
        try await tamper(
            log,
            "DELETE FROM log.events WHERE tenant_id = 1 AND position > 2",
            "DELETE FROM log.batches WHERE tenant_id = 1 AND first_position > 2",
            "DELETE FROM vault.passages WHERE tenant_id = 1",
            """
            UPDATE log.heads SET position = 2, chain = (
                SELECT chain FROM log.batches WHERE tenant_id = 1 AND last_position = 2
            )
            WHERE tenant_id = 1
            """
        )
        #expect(try await verify(log).findings.isEmpty)
        #expect(try await verify(log, receipt).findings == [.cutOff(at: 2, receipt: 8)])
        await log.close()
    }

    /// The same for a log that was written anew from its first event on, as long as the old one.
    @Test func aRewrittenLogIsFoundWithAReceiptOnly() async throws {
        let log = try await Self.filled()
        let receipt = try await receipt(log)
        try await tamper(
            log,
            "DELETE FROM log.events WHERE tenant_id = 1",
            "DELETE FROM log.batches WHERE tenant_id = 1",
            "DELETE FROM vault.passages WHERE tenant_id = 1",
            "UPDATE log.heads SET position = 0, chain = decode(repeat('00', 32), 'hex') WHERE tenant_id = 1"
        )
        let store = PostgresEventStore(pool: log.pool)
        let stream = Counter.stream()
        for _ in 1...8 { _ = try await store.execute(Counter.increment(stream)) }
        #expect(try await verify(log).findings.isEmpty)
        #expect(try await verify(log, receipt).findings == [.rewritten(upTo: 8)])
        await log.close()
    }

    @Test func aReceiptHoldsWhileTheLogGoesOn() async throws {
        let log = try await Self.filled()
        let receipt = try await receipt(log)
        _ = try await PostgresEventStore(pool: log.pool).execute(Counter.increment(Counter.stream()))
        #expect(try await verify(log, receipt).findings.isEmpty)
        let foreign = LogReceipt(tenant: "one", epoch: UUID(), position: receipt.position, chain: receipt.chain)
        #expect(try await verify(log, foreign).findings == [.epochUnknown(foreign.epoch)])
        await log.close()
    }

    /// Batches from before the chain was bound to place and time are verified by their own formula.
    @Test func batchesOfTheFirstFormatHold() async throws {
        let log = try await Self.filled()
        let rows = try await log.operators.query(
            "SELECT first_position, digests FROM log.batches WHERE tenant_id = 1 ORDER BY first_position"
        )
        var chain = [UInt8](repeating: 0, count: 32)
        for row in rows {
            let (first, digests) = try row.decode((Int64, [UInt8]).self)
            chain = sha256(chain + digests)
            try await tamper(
                log,
                """
                UPDATE log.batches SET format = 1, chain = decode('\(chain.hexadecimal)', 'hex')
                WHERE tenant_id = 1 AND first_position = \(first)
                """
            )
        }
        try await tamper(log, "UPDATE log.heads SET chain = decode('\(chain.hexadecimal)', 'hex') WHERE tenant_id = 1")
        #expect(try await verify(log).findings.isEmpty)
        _ = try await PostgresEventStore(pool: log.pool).execute(Counter.increment(Counter.stream()))
        let report = try await verify(log)
        #expect(report.findings.isEmpty && report.events == 9)
        // Calling a newer batch an older one breaks the chain.
        try await tamper(log, "UPDATE log.batches SET format = 1 WHERE tenant_id = 1 AND first_position = 9")
        #expect(try await verify(log).findings == [.chainBroken(from: 9, to: 9)])
        await log.close()
    }
}

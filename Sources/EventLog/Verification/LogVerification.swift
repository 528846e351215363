import EventSourcing
import Foundation
import Postgres

/// Recomputes a tenant's chain from the events and compares it with what was written when they were stored.
///
/// The log goes on meanwhile: it is verified up to the head that it had at the beginning. What it finds is said, not
/// mended.
package struct LogVerification: Sendable {
    /// What was looked at, and what was found.
    package struct Report: Sendable {
        package let tenant: String
        package let head: LogHead
        package var events: Int64 = 0
        package var batches: Int64 = 0
        package var passages: Int64 = 0
        /// Time for events and chain alone.
        package var chainTime = Duration.zero
        package var findings: [LogFinding] = []
        /// Whether more was found than is listed.
        package var isCutShort = false

        mutating func found(_ finding: LogFinding) {
            if findings.count < LogVerification.listed { findings.append(finding) } else { isCutShort = true }
        }
    }

    /// Findings that are listed a tenant; a log that was overwritten has millions.
    package static let listed = 100

    private let pool: PostgresPool
    /// Event types that say that a stream's words are gone on purpose.
    private let forgettingTypes: [String]

    /// - Parameter pool: an operator's connections without a statement timeout, at least two.
    package init(pool: PostgresPool, forgettingTypes: [String]) {
        self.pool = pool
        self.forgettingTypes = forgettingTypes
    }

    package func run(
        tenant: TenantID,
        code: String,
        receipt: LogReceipt?,
        progress: @escaping @Sendable (_ done: Int64, _ total: Int64) -> Void
    ) async throws -> Report {
        let head = try await LogHead.read(tenant, from: pool)
        var report = Report(tenant: code, head: head)
        let clock = ContinuousClock()
        let started = clock.now
        var walk = ChainWalk(tenant: tenant, receiptPosition: receipt?.position, report: report)
        report = try await walk.run(on: pool, progress: progress)
        report.chainTime = clock.now - started
        try await lookBehindTheHead(tenant, &report)
        if let receipt { try await compare(receipt, walk, tenant, &report) }
        try await checkCommands(tenant, &report)
        try await checkWords(tenant, &report)
        return report
    }

    private func lookBehindTheHead(_ tenant: TenantID, _ report: inout Report) async throws {
        // One statement, one snapshot: what is appended meanwhile moves the head too.
        let rows = try await pool.query(
            """
            SELECT
                (SELECT max(e.position) FROM log.events AS e WHERE e.tenant_id = \(tenant.rawValue)),
                h.position,
                (SELECT max(b.last_position) FROM log.batches AS b WHERE b.tenant_id = \(tenant.rawValue))
            FROM log.heads AS h
            WHERE h.tenant_id = \(tenant.rawValue)
            """
        )
        guard let row = rows.first else { return }
        let (last, head, lastBatch) = try row.decode((Int64?, Int64, Int64?).self)
        if let last, last > head { report.found(.eventsUnexplained(from: head + 1, to: last)) }
        if let lastBatch, lastBatch > head { report.found(.headDiffers) }
    }

    private func compare(
        _ receipt: LogReceipt,
        _ walk: ChainWalk,
        _ tenant: TenantID,
        _ report: inout Report
    ) async throws {
        let epochs = try await LogEpoch.all(tenant, from: pool)
        if !epochs.contains(where: { $0.epoch == receipt.epoch }) { report.found(.epochUnknown(receipt.epoch)) }
        if report.head.position < receipt.position {
            report.found(.cutOff(at: report.head.position, receipt: receipt.position))
        } else if walk.chainAtReceipt != receipt.chain {
            report.found(.rewritten(upTo: receipt.position))
        }
    }

    /// Ids of commands must lead to events of their stream, or a retry would be told of another one.
    private func checkCommands(_ tenant: TenantID, _ report: inout Report) async throws {
        let rows = try await pool.query(
            """
            SELECT c.command_id
            FROM log.commands AS c
            WHERE c.tenant_id = \(tenant.rawValue)
                AND NOT EXISTS (
                    SELECT 1
                    FROM log.events AS e
                    WHERE e.tenant_id = c.tenant_id
                        AND e.position = c.position
                        AND e.stream_id = c.stream_id
                )
            ORDER BY c.command_id
            LIMIT \(Int64(Self.listed))
            """
        )
        for row in rows { report.found(.commandMisplaced(try row.decode(0))) }
    }

    private func checkWords(_ tenant: TenantID, _ report: inout Report) async throws {
        let (checked, altered) = try await WordsCheck(tenant: tenant).run(on: pool)
        report.passages = checked
        for (stream, number) in altered { report.found(.wordsAltered(stream: stream, number: number)) }
        let rows = try await pool.query(
            """
            SELECT DISTINCT e.stream_id
            FROM log.events AS e
            WHERE e.tenant_id = \(tenant.rawValue)
                AND e.position <= \(report.head.position)
                AND e.body::text LIKE '%"commitment":"%'
                AND NOT EXISTS (
                    SELECT 1
                    FROM vault.passages AS p
                    WHERE p.tenant_id = e.tenant_id
                        AND p.stream_id = e.stream_id
                )
                AND NOT EXISTS (
                    SELECT 1
                    FROM log.events AS f
                    WHERE f.tenant_id = e.tenant_id
                        AND f.stream_id = e.stream_id
                        AND f.type = ANY (\(forgettingTypes))
                )
            ORDER BY e.stream_id
            LIMIT \(Int64(Self.listed))
            """
        )
        for row in rows { report.found(.wordsMissing(stream: try row.decode(0))) }
    }
}

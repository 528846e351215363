import EventSourcing
import Foundation
import Postgres

/// Walks through a log once, batch by batch and event by event, with the chain that they make.
struct ChainWalk {
    private let tenant: TenantID
    private let goal: Position
    private let receiptPosition: Position?
    /// The chain that the log has where the receipt was taken; nil: no batch ends there.
    private(set) var chainAtReceipt: [UInt8]?

    private var chain = [UInt8](repeating: 0, count: 32)
    private var time = Int64.min
    /// Where the next event must stand, and the next batch begin.
    private var nextEvent: Position = 1
    private var nextBatch: Position = 1
    private var page: [StoredBatch] = []
    private var place = 0
    private var check = BatchCheck()
    private var report: LogVerification.Report

    /// Rows of `log.batches` that are held at once; each has up to 16 KiB of digests.
    private static let pageSize: Int64 = 1000

    init(tenant: TenantID, receiptPosition: Position?, report: LogVerification.Report) {
        self.tenant = tenant
        self.goal = report.head.position
        self.receiptPosition = receiptPosition
        self.report = report
        if receiptPosition == 0 { chainAtReceipt = chain }
    }

    /// Reads a page of batches, then their events with COPY, until the head.
    ///
    /// - Returns: the report with what was found.
    mutating func run(
        on pool: PostgresPool,
        progress: @Sendable (_ done: Int64, _ total: Int64) -> Void
    ) async throws -> LogVerification.Report {
        try await pool.withConnection { connection in
            while true {
                page = try await batches(from: nextBatch, on: connection)
                place = 0
                guard let last = page.last?.last else { break }
                try await readEvents(upTo: min(last, goal), on: connection, progress)
                while place < page.count { closeBatch() }
            }
            // Whatever stands behind the last batch, no batch explains.
            try await readEvents(upTo: goal, on: connection, progress)
        }
        if nextBatch <= goal { report.found(.batchMissing(at: nextBatch)) }
        if nextEvent <= goal { report.found(.eventsMissing(from: nextEvent, to: goal)) }
        if chain != report.head.chain { report.found(.headDiffers) }
        progress(goal, goal)
        return report
    }

    private func batches(from position: Position, on connection: PostgresConnection) async throws -> [StoredBatch] {
        try await connection.query(
            """
            SELECT b.first_position, b.last_position, b.recorded_at, b.format, b.digests, b.chain
            FROM log.batches AS b
            WHERE b.tenant_id = \(tenant.rawValue)
                AND b.first_position >= \(position)
                AND b.first_position <= \(goal)
            ORDER BY b.first_position
            LIMIT \(Self.pageSize)
            """
        )
        .map { row in
            let (first, last, at, format, digests, chain) = try row.decode(
                (Int64, Int64, PostgresTimestamp, Int16, [UInt8], [UInt8]).self
            )
            return StoredBatch(
                first: first,
                last: last,
                recordedAt: at.microsecondsSince2000,
                format: format,
                digests: digests,
                chain: chain
            )
        }
    }

    private mutating func readEvents(
        upTo last: Position,
        on connection: PostgresConnection,
        _ progress: @Sendable (_ done: Int64, _ total: Int64) -> Void
    ) async throws {
        guard nextEvent <= last else { return }
        var fields = BinaryCopyFields(columns: 9)
        try await connection.copyOut(
            """
            COPY (
                SELECT
                    e.position, e.recorded_at, e.stream_id, e.stream_type, e.version, e.type, e.schema_version, e.actor,
                    e.body
                FROM log.events AS e
                WHERE e.tenant_id = \(literal: tenant.rawValue)
                    AND e.position >= \(literal: nextEvent)
                    AND e.position <= \(literal: last)
                ORDER BY e.position
            ) TO STDOUT (FORMAT binary)
            """
        ) { buffer in
            try fields.read(buffer) { add($0) }
            progress(report.events, goal)
        }
    }

    private mutating func add(_ row: [UnsafeRawBufferPointer?]) {
        let position = row[0]?.bigEndianInteger() ?? 0
        let recordedAt = row[1]?.bigEndianInteger() ?? 0
        if position > nextEvent {
            while place < page.count, page[place].last < position { closeBatch(missingUpTo: position) }
            if nextEvent < position {
                report.found(.eventsMissing(from: nextEvent, to: position - 1))
                nextEvent = position
            }
        }
        while place < page.count, page[place].last < position { closeBatch() }
        report.events += 1
        nextEvent = position + 1
        guard place < page.count, position >= page[place].first else {
            report.found(.eventsUnexplained(from: position, to: position))
            return
        }
        check.add(row[2...], isOfBatchTime: recordedAt == page[place].recordedAt)
        if position == page[place].last { closeBatch() }
    }

    /// Compares the batch with its events, and the chain.
    ///
    /// - Parameter position: where the next event stands that was found, when there are none up to it.
    private mutating func closeBatch(missingUpTo position: Position? = nil) {
        let batch = page[place]
        place += 1
        defer { check.reset() }
        report.batches += 1
        let upTo = min(batch.last, (position ?? batch.last + 1) - 1)
        let isComplete = Int64(check.count) == batch.last - batch.first + 1
        if !isComplete, nextEvent <= upTo {
            report.found(.eventsMissing(from: nextEvent, to: upTo))
            nextEvent = upTo + 1
        }
        if batch.first != nextBatch { report.found(.batchMissing(at: nextBatch)) }
        if isComplete, let altered = check.altered(digests: batch.digests) {
            let first = batch.first + Int64(altered.lowerBound)
            report.found(.eventsAltered(from: first, to: batch.first + Int64(altered.upperBound)))
        }
        if batch.first == nextBatch,
            batch.recordedAt < time || batch.chain(after: chain, tenant: tenant) != batch.chain
        {
            report.found(.chainBroken(from: batch.first, to: batch.last))
        }
        chain = batch.chain
        time = batch.recordedAt
        nextBatch = batch.last + 1
        if batch.last == receiptPosition { chainAtReceipt = chain }
    }
}

extension UnsafeRawBufferPointer {
    /// Eight bytes as a number; 0 for any other length.
    fileprivate func bigEndianInteger() -> Int64 {
        count == 8 ? Int64(bigEndian: loadUnaligned(as: Int64.self)) : 0
    }
}

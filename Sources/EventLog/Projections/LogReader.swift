import EventSourcing
import Foundation
import Postgres

/// Reads a tenant's log in position order with COPY binary: for readers of many events.
///
/// Events come out ready to be decoded once for several projectors.
struct LogReader: Sendable {
    let pool: PostgresPool

    /// The events after one position up to another, both as they are; fewer when the log ends before.
    func events(of tenant: TenantID, after position: Position, upTo last: Position) async throws -> [RecordedEvent] {
        try await pool.withConnection { connection in
            try await Self.events(of: tenant, after: position, upTo: last, on: connection)
        }
    }

    /// The same on a connection that is held, or in its transaction.
    static func events(
        of tenant: TenantID,
        after position: Position,
        upTo last: Position,
        on connection: PostgresConnection
    ) async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        events.reserveCapacity(Int(clamping: max(last - position, 0)))
        var fields = BinaryCopyFields(columns: 9)
        var rows = EventRows()
        try await connection.copyOut(
            """
            COPY (
                SELECT
                    e.position, e.recorded_at, e.stream_id, e.stream_type, e.version, e.type, e.schema_version, e.actor,
                    e.body
                FROM log.events AS e
                WHERE e.tenant_id = \(literal: tenant.rawValue)
                    AND e.position > \(literal: position)
                    AND e.position <= \(literal: last)
                ORDER BY e.position
            ) TO STDOUT (FORMAT binary)
            """
        ) { buffer in
            try fields.read(buffer) { events.append(try rows.event($0)) }
        }
        return events
    }
}

/// Makes events of rows; the few texts that return in every row are made once.
private struct EventRows {
    private var texts: [(bytes: [UInt8], text: String)] = []

    /// Types, stream types and actors that are kept; a log with more actors than that pays for each row.
    private static let kept = 64

    mutating func event(_ row: [UnsafeRawBufferPointer?]) throws(PostgresError) -> RecordedEvent {
        guard let position = row[0]?.integer(Int64.self), let recordedAt = row[1]?.integer(Int64.self),
            let stream = row[2]?.id, let streamType = row[3], let version = row[4]?.integer(Int32.self),
            let type = row[5], let schemaVersion = row[6]?.integer(Int16.self), let actor = row[7], let body = row[8],
            let instant = PostgresTimestamp(microsecondsSince2000: recordedAt)
        else { throw .decoding("a row of log.events that has not its columns' form") }
        return RecordedEvent(
            position: position,
            stream: StreamID(type: text(streamType), id: stream),
            version: version,
            type: text(type),
            schemaVersion: schemaVersion,
            body: Array(body),
            actor: text(actor),
            recordedAt: Timestamp(microsecondsSince1970: instant.microsecondsSince1970),
            isReadOften: true
        )
    }

    private mutating func text(_ bytes: UnsafeRawBufferPointer) -> String {
        if let known = texts.first(where: { bytes.elementsEqual($0.bytes) }) { return known.text }
        let text = String(decoding: bytes, as: UTF8.self)
        if texts.count < Self.kept { texts.append((Array(bytes), text)) }
        return text
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func integer<T: FixedWidthInteger>(_: T.Type) -> T? {
        count == MemoryLayout<T>.size ? T(bigEndian: loadUnaligned(as: T.self)) : nil
    }

    fileprivate var id: UUID? {
        count == MemoryLayout<uuid_t>.size ? UUID(uuid: loadUnaligned(as: uuid_t.self)) : nil
    }
}

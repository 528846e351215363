import EventLog
import EventSourcing
import Foundation
import Postgres
import Statistics

extension PublishingProjector {
    /// Publishes every grain of a projector for a release: what changed is written, all else stays.
    ///
    /// A grain that could show nothing new without pointing at fewer than k people keeps its last release.
    func publish(_ release: Release, _ publications: [String], in context: ProjectionContext) async throws {
        let counted = try await CountedRows.read(publications, of: nil, self, in: context)
        for publication in publications {
            let table = PublishedTable(publication: publication, context: context)
            var ledger = PublicationLedger(
                restoring: counted.contributions(in: publication),
                previous: try await table.rows()
            )
            let outcome = ledger.release(DisclosureRule(k: release.k))
            guard case .rows(let written, let retired) = outcome else { continue }
            try await table.writeFigures(written.map { ($0, release.number) }, retired: retired)
            try await table.writeMembers(written, retired: retired)
            try await table.mark(release)
        }
    }
}

/// One publication of one tenant, in the generation's tables.
struct PublishedTable {
    let publication: String
    let context: ProjectionContext

    /// The rows that were published last, with those who stand behind them.
    func rows() async throws -> [PublishedRow] {
        var members: [PublishedRow.Key: [PublishedRow.Member]] = [:]
        let chunks = try await context.connection.query(
            """
            SELECT m.path, m.is_withheld, m.members
            FROM published_members AS m
            WHERE m.tenant_id = \(context.tenant.rawValue)
                AND m.publication = \(publication)
            ORDER BY m.path, m.is_withheld, m.chunk
            """
        )
        for chunk in chunks {
            let (path, isWithheld, bytes) = try chunk.decode(([String], Bool, [UInt8]).self)
            let key = PublishedRow.Key(path: path.map(\.byByte), kind: isWithheld ? .withheld : .cell)
            members[key, default: []] += try MemberChunk.members(in: bytes, of: key.path)
        }
        let rows = try await context.connection.query(
            """
            SELECT
                p.path, p.is_withheld, p.demands, p.people, p.messages, p.messages_unidentified, p.reported_support
            FROM published_rows AS p
            WHERE p.tenant_id = \(context.tenant.rawValue)
                AND p.publication = \(publication)
            ORDER BY p.path, p.is_withheld
            """
        )
        return try rows.map { row in
            let (path, isWithheld, demands, people, messages, unidentified, support) = try row.decode(
                ([String], Bool, Int32, Int32, Int32, Int32, Int64).self
            )
            let key = PublishedRow.Key(path: path.map(\.byByte), kind: isWithheld ? .withheld : .cell)
            return PublishedRow(
                path: key.path,
                kind: key.kind,
                demands: Int(demands),
                people: Int(people),
                messages: Int(messages),
                messagesUnidentified: Int(unidentified),
                reportedSupport: Int(support),
                members: members[key] ?? []
            )
        }
    }

    /// Writes rows, each with the release in which it last changed, in the place of those that had their keys; without those
    /// who stand behind them.
    func writeFigures(_ rows: [(row: PublishedRow, release: Int)], retired: [PublishedRow.Key]) async throws {
        try await delete(retired + rows.map(\.row.key), from: "published_rows")
        try await insert(rows)
    }

    /// Those who stand behind rows that are written already.
    func writeMembers(_ rows: [PublishedRow], retired: [PublishedRow.Key]) async throws {
        try await delete(retired + rows.map(\.key), from: "published_members")
        try await insertMembers(rows)
    }

    /// Says that this publication shows the release.
    func mark(_ release: Release) async throws {
        try await context.connection.execute(
            """
            INSERT INTO publications AS p (tenant_id, publication, release, position, released_at, k)
            VALUES (
                \(context.tenant.rawValue), \(publication), \(Int32(release.number)), \(release.position),
                \(PostgresTimestamp(release.releasedAt)), \(Int32(release.k))
            )
            ON CONFLICT (tenant_id, publication) DO UPDATE
            SET release = EXCLUDED.release,
                position = EXCLUDED.position,
                released_at = EXCLUDED.released_at,
                k = EXCLUDED.k
            """
        )
    }

    private func delete(_ rows: [PublishedRow.Key], from table: StaticString) async throws {
        guard !rows.isEmpty else { return }
        try await context.connection.execute(
            """
            DELETE FROM \(unescaped: table) AS p
            USING unnest(
                \(rows.map { $0.path.stored }), \(rows.map { $0.kind == .withheld })
            ) AS g (path, is_withheld)
            WHERE p.tenant_id = \(context.tenant.rawValue)
                AND p.publication = \(publication)
                AND p.path = string_to_array(g.path, E'\\x1f')
                AND p.is_withheld = g.is_withheld
            """
        )
    }

    private func insert(_ written: [(row: PublishedRow, release: Int)]) async throws {
        guard !written.isEmpty else { return }
        let rows = written.map(\.row)
        try await context.connection.execute(
            """
            INSERT INTO published_rows (
                tenant_id, publication, path, is_withheld, release, demands, messages, people, messages_unidentified,
                reported_support
            )
            SELECT
                \(context.tenant.rawValue), \(publication), string_to_array(r.path, E'\\x1f'), r.is_withheld,
                r.release, r.demands, r.messages, r.people, r.unidentified, r.support
            FROM unnest(
                \(rows.map { $0.path.stored }), \(rows.map { $0.kind == .withheld }),
                \(written.map { Int32($0.release) }), \(rows.map { Int32($0.demands) }),
                \(rows.map { Int32($0.messages) }), \(rows.map { Int32($0.people) }),
                \(rows.map { Int32($0.messagesUnidentified) }), \(rows.map { Int64($0.reportedSupport) })
            ) AS r (path, is_withheld, release, demands, messages, people, unidentified, support)
            """
        )
    }

    private func insertMembers(_ rows: [PublishedRow]) async throws {
        var path: [String] = []
        var isWithheld: [Bool] = []
        var number: [Int32] = []
        var members: [[UInt8]] = []
        for row in rows {
            for (place, chunk) in MemberChunk.chunks(of: row).enumerated() {
                path.append(row.path.stored)
                isWithheld.append(row.kind == .withheld)
                number.append(Int32(place))
                members.append(chunk)
            }
        }
        guard !members.isEmpty else { return }
        try await context.connection.execute(
            """
            INSERT INTO published_members (tenant_id, publication, path, is_withheld, chunk, members)
            SELECT
                \(context.tenant.rawValue), \(publication), string_to_array(m.path, E'\\x1f'), m.is_withheld, m.chunk,
                m.members
            FROM unnest(\(path), \(isWithheld), \(number), \(members)) AS m (path, is_withheld, chunk, members)
            """
        )
    }
}

extension UUID {
    var number: UInt128 {
        withUnsafeBytes(of: uuid) { $0.reduce(0) { ($0 << 8) | UInt128($1) } }
    }

    init(number: UInt128) {
        var id: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &id) { bytes in
            for index in 0..<16 { bytes[index] = UInt8(truncatingIfNeeded: number >> UInt128(120 - 8 * index)) }
        }
        self.init(uuid: id)
    }
}

extension String {
    /// A text that is another one whenever the bytes are others: each byte as a scalar of its own.
    ///
    /// The database compares coordinates by bytes, and so must whoever publishes them, while Swift holds "é" and "e\u{301}"
    /// for one text. Below U+0100 no two texts are held for one.
    var byByte: String {
        if utf8.allSatisfy({ $0 < 0x80 }) { return self }
        var text = String.UnicodeScalarView()
        for byte in utf8 { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }

    /// The text that `byByte` was made of.
    var ofBytes: String {
        if utf8.allSatisfy({ $0 < 0x80 }) { return self }
        return String(decoding: unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }, as: UTF8.self)
    }
}

extension [String] {
    /// A path as it is bound.
    fileprivate var stored: String { map(\.ofBytes).joined(separator: "\u{1F}") }
}

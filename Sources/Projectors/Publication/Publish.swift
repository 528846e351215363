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
        for publication in publications {
            let table = PublishedTable(publication: publication, context: context)
            let previous = try await table.rows()
            let contributions = try await table.contributions()
            let outcome = Statistics.publish(contributions, after: previous, rule: DisclosureRule(k: release.k))
            guard case .rows(let rows) = outcome else { continue }
            try await table.replace(previous, by: rows, release: release)
        }
    }
}

/// One publication of one tenant, in the generation's tables.
struct PublishedTable {
    let publication: String
    let context: ProjectionContext

    private struct Key: Hashable {
        let path: [String]
        let isWithheld: Bool

        init(_ row: PublishedRow) {
            path = row.path
            isWithheld = row.kind == .withheld
        }

        init(path: [String], isWithheld: Bool) {
            self.path = path
            self.isWithheld = isWithheld
        }
    }

    /// Every demand that counts now, by `contributions.sql`.
    ///
    /// - Parameter messages: those of these messages only; nil: of all.
    func contributions(of messages: [UUID]? = nil) async throws -> [Contribution] {
        // Of all of them: not one by one by an index.
        if messages == nil { try await scan(true) }
        let rows = try await context.connection.query(
            context.statement("contributions", [context.tenant.rawValue, publication, messages])
        )
        if messages == nil { try await scan(false) }
        return try rows.map { row in
            let (message, demand, person, messages, support, path) = try row.decode(
                (UUID, Int16, UUID?, Int16, Int32, [String]).self
            )
            return Contribution(
                message: message,
                demand: demand,
                person: person,
                messages: messages,
                support: support,
                path: path
            )
        }
    }

    private func scan(_ isOn: Bool) async throws {
        try await context.connection.execute("SELECT set_config('enable_seqscan', \(isOn ? "on" : "off"), true)")
    }

    /// The rows that were published last, with those who stand behind them.
    func rows() async throws -> [PublishedRow] {
        var members: [Key: [PublishedRow.Member]] = [:]
        let memberRows = try await context.connection.query(
            """
            SELECT
                m.path, m.is_withheld, m.count, m.message_id, m.demand, m.person, m.messages, m.reported_support,
                m.leaf
            FROM published_members AS m
            WHERE m.tenant_id = \(context.tenant.rawValue)
                AND m.publication = \(publication)
            """
        )
        for row in memberRows {
            let (path, isWithheld, count, message, demand, person, messages, support, leaf) = try row.decode(
                ([String], Bool, Int16, UUID, Int16, UUID?, Int16, Int32, [String]).self
            )
            let contribution = Contribution(
                message: message,
                demand: demand,
                person: person,
                messages: messages,
                support: support,
                path: leaf
            )
            members[Key(path: path, isWithheld: isWithheld), default: []].append(
                PublishedRow.Member(contribution: contribution, count: Int(count))
            )
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
            return PublishedRow(
                path: path,
                kind: isWithheld ? .withheld : .cell,
                demands: Int(demands),
                people: Int(people),
                messages: Int(messages),
                messagesUnidentified: Int(unidentified),
                reportedSupport: Int(support),
                members: members[Key(path: path, isWithheld: isWithheld)] ?? []
            )
        }
    }

    /// Writes the rows that differ from the last release, and the release that the publication now shows.
    func replace(_ previous: [PublishedRow], by rows: [PublishedRow], release: Release) async throws {
        let before = Dictionary(previous.map { (Key($0), $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(rows.map { (Key($0), $0) }, uniquingKeysWith: { first, _ in first })
        let gone = previous.filter { after[Key($0)] == nil }
        let new = rows.filter { !$0.isSameAs(before[Key($0)]) }
        try await write(new.map { ($0, release.number) }, retired: gone.map { $0.key })
        try await mark(release)
    }

    /// Writes rows, each with the release in which it last changed, in the place of those that had their keys.
    func write(_ rows: [(row: PublishedRow, release: Int)], retired: [PublishedRow.Key]) async throws {
        try await writeFigures(rows, retired: retired)
        try await writeMembers(rows.map(\.row), retired: retired)
    }

    /// The same without those who stand behind them.
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
                \(rows.map { $0.path.joined(separator: "\u{1F}") }), \(rows.map { $0.kind == .withheld })
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
                \(rows.map { $0.path.joined(separator: "\u{1F}") }), \(rows.map { $0.kind == .withheld }),
                \(written.map { Int32($0.release) }), \(rows.map { Int32($0.demands) }),
                \(rows.map { Int32($0.messages) }), \(rows.map { Int32($0.people) }),
                \(rows.map { Int32($0.messagesUnidentified) }), \(rows.map { Int64($0.reportedSupport) })
            ) AS r (path, is_withheld, release, demands, messages, people, unidentified, support)
            """
        )
    }

    private func insertMembers(_ rows: [PublishedRow]) async throws {
        guard !rows.isEmpty else { return }
        var columns = MemberColumns()
        for row in rows { for member in row.members { columns.append(member, of: row) } }
        try await context.connection.execute(
            """
            INSERT INTO published_members (
                tenant_id, publication, path, is_withheld, message_id, demand, count, person, messages,
                reported_support, leaf
            )
            SELECT
                \(context.tenant.rawValue), \(publication), string_to_array(m.path, E'\\x1f'), m.is_withheld,
                m.message_id, m.demand, m.count, m.person, m.messages, m.support, string_to_array(m.leaf, E'\\x1f')
            FROM unnest(
                \(columns.path), \(columns.isWithheld), \(columns.message), \(columns.demand), \(columns.count),
                \(columns.person), \(columns.messages), \(columns.support), \(columns.leaf)
            ) AS m (path, is_withheld, message_id, demand, count, person, messages, support, leaf)
            """
        )
    }
}

/// Columns of `published_members`.
private struct MemberColumns {
    var path: [String] = []
    var isWithheld: [Bool] = []
    var message: [UUID] = []
    var demand: [Int16] = []
    var count: [Int16] = []
    var person: [UUID?] = []
    var messages: [Int16] = []
    var support: [Int32] = []
    var leaf: [String] = []

    mutating func append(_ member: PublishedRow.Member, of row: PublishedRow) {
        let contribution = member.contribution
        path.append(row.path.joined(separator: "\u{1F}"))
        isWithheld.append(row.kind == .withheld)
        message.append(UUID(number: contribution.message))
        demand.append(Int16(truncatingIfNeeded: contribution.demand &- contribution.message))
        count.append(Int16(clamping: member.count))
        person.append(contribution.person.map { UUID(number: $0) })
        messages.append(Int16(contribution.messages))
        support.append(Int32(clamping: contribution.reportedSupport))
        leaf.append(contribution.path.joined(separator: "\u{1F}"))
    }
}

extension Contribution {
    /// A demand's number is its message's plus its place in the message, so that both come back.
    fileprivate init(message: UUID, demand: Int16, person: UUID?, messages: Int16, support: Int32, path: [String]) {
        self.init(
            demand: message.number &+ UInt128(demand),
            person: person?.number,
            message: message.number,
            messages: Int(messages),
            reportedSupport: Int(support),
            path: path
        )
    }
}

extension PublishedRow {
    /// Whether readers would see the same, on the same people.
    fileprivate func isSameAs(_ other: PublishedRow?) -> Bool {
        guard let other else { return false }
        return demands == other.demands && people == other.people && messages == other.messages
            && messagesUnidentified == other.messagesUnidentified && reportedSupport == other.reportedSupport
            && members.count == other.members.count && Set(members) == Set(other.members)
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

import Demands
import EventSourcing
import Foundation
import Postgres
import ProjectionLaws
import Projectors
import Statistics
import TestSupport
import Testing

@testable import EventLog

/// Each release shows what `Statistics.publish` makes of everything that stands at it, after what it made before.
///
/// What stands is read here by statements of their own, not by those of the projectors, from a random history.
@Suite struct PublishWhatTheSpecificationSays {
    /// A publication, and what counts in it: message, demand's place in it, person, messages, support, path.
    struct Publication: Sendable {
        let projector: String
        let name: String
        let statement: String
    }

    private static func board(_ name: String, _ path: String) -> Publication {
        Publication(
            projector: "demand_board",
            name: name,
            statement: """
                SELECT
                    f.message_id, f.demand::integer, f.person, CASE WHEN f.demand = 1 THEN 1 ELSE 0 END, f.reported_support,
                    ARRAY[\(path)]
                FROM facts AS f
                WHERE f.tenant_id = 1
                    AND NOT f.withdrawn
                """
        )
    }

    private static func coverage(_ dimension: String) -> Publication {
        Publication(
            projector: "coverage",
            name: dimension,
            statement: """
                SELECT
                    e.message_id, e.pair::integer, e.person, 1, e.reported_support,
                    ARRAY[CASE WHEN e.is_registered THEN '=' ELSE '~' END || e.name]
                FROM entries AS e
                WHERE e.tenant_id = 1
                    AND e.dimension = '\(dimension)'
                """
        )
    }

    private static func model(_ number: Int) -> Publication {
        Publication(
            projector: "classification",
            name: "\(number)",
            statement: """
                SELECT
                    w.message_id, w.demand * 4 + (w.target = 'kind')::integer * 2 + (w.source = 'given')::integer, m.person, 0,
                    0,
                    ARRAY[
                        w.source, w.value, CASE o.value WHEN '' THEN 'unclassified' WHEN w.value THEN 'agreed' ELSE 'differed' END
                    ]
                FROM words AS w
                JOIN messages AS m
                    USING (tenant_id, message_id)
                JOIN words AS o
                    USING (tenant_id, message_id, demand, target)
                WHERE w.tenant_id = 1
                    AND w.source IN ('reviewer', 'given')
                    AND w.value <> ''
                    AND o.source = 'model'
                    AND o.version = \(number)
                """
        )
    }

    /// How far demands come; each has a topic of its own, or is with others there.
    private static func road(_ name: String, _ stage: String) -> Publication {
        Publication(
            projector: "handling",
            name: name,
            statement: """
                SELECT d.message_id, d.demand::integer, d.person, 0, 0, ARRAY[\(stage)]
                FROM (
                    SELECT q.*, count(*) OVER (PARTITION BY q.topic) AS together
                    FROM demands AS q
                    WHERE q.tenant_id = 1
                        AND NOT q.withdrawn
                ) AS d
                """
        )
    }

    /// The random histories begin on 1 January 2020.
    private static func month(_ what: String, _ month: String, _ at: String, _ outcome: String) -> Publication {
        Publication(
            projector: "handling",
            name: "\(what) \(month)",
            statement: """
                SELECT
                    d.message_id, d.demand::integer, d.person, 0, 0,
                    ARRAY[CASE d.responsible WHEN '' THEN '-' ELSE d.responsible END, \(outcome)]
                FROM demands AS d
                JOIN log.tenants AS t
                    ON t.tenant_id = 1
                WHERE d.tenant_id = 1
                    AND NOT d.withdrawn
                    AND to_char(\(at) AT TIME ZONE t.time_zone, 'YYYY-MM') = '\(month)'
                """
        )
    }

    private static let publications = [
        model(1), model(2), model(3),
        road(
            "collective",
            """
            CASE (
                SELECT max(b.stage)
                FROM brief_topics AS b
                LEFT JOIN successors AS s
                    USING (tenant_id, topic)
                WHERE b.tenant_id = 1
                    AND COALESCE(s.present, b.topic) = d.topic
            )
                WHEN 1 THEN 'in_brief'
                WHEN 2 THEN 'delivered'
                WHEN 3 THEN 'decided'
                ELSE CASE WHEN d.topic <> '' AND d.together > 1 THEN 'gathered' ELSE 'received' END
            END
            """
        ),
        road(
            "direct",
            """
            CASE
                WHEN d.is_solved IS TRUE THEN 'solved'
                WHEN d.replies > 0 AND d.state IN ('answered', 'closed', 'refused', 'duplicate') THEN 'answered'
                WHEN d.responsible = '' THEN 'received'
                ELSE 'routed'
            END
            """
        ),
        month(
            "due",
            "2020-01",
            "d.first_due_at",
            "CASE WHEN d.replies = 0 THEN 'unanswered' WHEN d.first_replied_at > d.first_due_at THEN 'late' ELSE 'in_time' END"
        ),
        month(
            "answered",
            "2020-01",
            "d.last_replied_at",
            "CASE WHEN d.judged_at IS NULL THEN 'not_judged' ELSE 'judged' END"
        ),
        month(
            "solved",
            "2020-01",
            "d.judged_at",
            "CASE WHEN d.is_solved IS NULL THEN 'not_said' WHEN d.is_solved THEN 'yes' ELSE 'no' END"
        ),
        month(
            "satisfied",
            "2020-01",
            "d.judged_at",
            "CASE WHEN d.is_satisfied IS NULL THEN 'not_said' WHEN d.is_satisfied THEN 'yes' ELSE 'no' END"
        ),
        Publication(
            projector: "handling",
            name: "channel 2020-01",
            statement: """
                SELECT m.message_id, 1, m.person, 1, count(d.demand)::integer, ARRAY[m.channel]
                FROM messages AS m
                JOIN log.tenants AS t
                    ON t.tenant_id = 1
                LEFT JOIN demands AS d
                    ON d.tenant_id = 1
                    AND d.message_id = m.message_id
                    AND NOT d.withdrawn
                WHERE m.tenant_id = 1
                    AND NOT m.withdrawn
                    AND to_char(m.received_at AT TIME ZONE t.time_zone, 'YYYY-MM') = '2020-01'
                GROUP BY m.message_id, m.person, m.channel
                """
        ),
        board(
            "month",
            """
            to_char(f.occurred_on, 'YYYY-MM'), f.category, f.organization,
            CASE WHEN f.place_registered THEN '=' WHEN f.place <> '' THEN '~' ELSE '' END || f.place, f.channel
            """
        ),
        board("week", "to_char(date_trunc('week', f.occurred_on), 'YYYY-MM-DD'), f.category"),
        board("day", "to_char(f.occurred_on, 'YYYY-MM'), to_char(f.occurred_on, 'YYYY-MM-DD')"),
        coverage("channel"), coverage("place"), coverage("group"),
        Publication(
            projector: "demand_board_by_group",
            name: "group",
            statement: """
                SELECT
                    e.message_id, e.pair::integer, e.person, e.messages::integer, e.reported_support,
                    ARRAY[
                        CASE WHEN e.is_registered THEN '=' ELSE '~' END || e.group_name, to_char(e.occurred_on, 'YYYY-MM'),
                        e.category
                    ]
                FROM entries AS e
                WHERE e.tenant_id = 1
                """
        ),
        Publication(
            projector: "participation",
            name: "day",
            statement: """
                SELECT
                    f.message_id, 1, f.person, 1, f.reported_support,
                    ARRAY[to_char(f.received_on, 'YYYY-MM'), to_char(f.received_on, 'YYYY-MM-DD'), f.channel]
                FROM facts AS f
                WHERE f.tenant_id = 1
                    AND NOT f.withdrawn
                """
        ),
    ]

    @Test func atEveryReleaseOfARandomHistory() async throws {
        let seed = UInt64.random(in: 1...999_999)
        print("PublishWhatTheSpecificationSays seed \(seed)")
        let history = History.random(seed: seed, steps: 500)
        let differing = try await Self.compare(history) { $0 }
        #expect(differing == [], "seed \(seed)")
    }

    /// Control: one contribution left out of what stands is seen.
    @Test func oneDemandTooFewIsSeen() async throws {
        let differing = try await Self.compare(History.random(seed: 7, steps: 500)) { Array($0.dropLast()) }
        #expect(!differing.isEmpty)
    }

    /// The publications that differ, by release.
    private static func compare(
        _ history: History,
        _ alter: ([Contribution]) -> [Contribution]
    ) async throws -> [String] {
        let files = try SchemaFiles.find()
        let template = try await TestPostgres.connectionString()
        try await LawTemplate.fill(template, with: history, files: files, projectors: AllProjectors.make())
        let board = try LawBoard(template, history, files: files, projectors: AllProjectors.make())
        var shown: [String: [PublishedRow]] = [:]
        var differing: [String] = []
        var releases = 0
        for event in history.logs[0].events where event.type == ReleasePublished.name {
            guard let release = try? ReleasePublished(decoding: event) else { break }
            try await board.advance(to: [event.position - 1, 0])
            try await board.project()
            for publication in publications {
                let stands = alter(try await contributions(publication, board))
                let key = "\(publication.projector) \(publication.name)"
                let outcome = publish(stands, after: shown[key] ?? [], rule: DisclosureRule(k: release.k))
                if case .rows(let rows) = outcome { shown[key] = rows }
            }
            try await board.advance(to: [event.position, 0])
            try await board.project()
            releases += 1
            for publication in publications {
                let key = "\(publication.projector) \(publication.name)"
                let expected = (shown[key] ?? []).map(text).sorted()
                if try await rows(publication, board) != expected { differing.append("\(key) at release \(releases)") }
            }
        }
        await board.close()
        #expect(releases > 3)
        return differing
    }

    private static func text(_ row: PublishedRow) -> String {
        let numbers = [row.demands, row.people, row.messages, row.messagesUnidentified, row.reportedSupport]
        return "\(row.path.joined(separator: "/")) \(row.kind == .withheld) \(numbers)"
    }

    /// Paths in hexadecimal: they are compared by bytes.
    private static func contributions(_ publication: Publication, _ board: LawBoard) async throws -> [Contribution] {
        let rows = try await query(
            """
            SELECT c.message, c.demand, c.person, c.messages, c.support, \(hexadecimal("c.path"))
            FROM (\(publication.statement)) AS c (message, demand, person, messages, support, path)
            """,
            publication,
            board
        )
        return try rows.map { row in
            let (message, demand, person, messages, support, path) = try row.decode(
                (UUID, Int32, UUID?, Int32, Int32, [String]).self
            )
            return Contribution(
                demand: number(message) &+ UInt128(demand),
                person: person.map(number),
                message: number(message),
                messages: Int(messages),
                reportedSupport: Int(support),
                path: path
            )
        }
    }

    private static func rows(_ publication: Publication, _ board: LawBoard) async throws -> [String] {
        let rows = try await query(
            """
            SELECT
                \(hexadecimal("p.path")), p.is_withheld,
                ARRAY[p.demands, p.people, p.messages, p.messages_unidentified, p.reported_support]::bigint[]
            FROM published_rows AS p
            WHERE p.tenant_id = 1
                AND p.publication = '\(publication.name)'
            """,
            publication,
            board
        )
        return try rows.map { row in
            let (path, isWithheld, numbers) = try row.decode(([String], Bool, [Int64]).self)
            return "\(path.joined(separator: "/")) \(isWithheld) \(numbers)"
        }
        .sorted()
    }

    private static func query(_ text: String, _ publication: Publication, _ board: LawBoard) async throws
        -> PostgresRows
    {
        try await board.pool.withTransaction { connection in
            _ = try await Generations.enterLive(publication.projector, tenant: TenantID(rawValue: 1), on: connection)
            try await connection.execute("SELECT set_config('datestyle', 'ISO, YMD', true)")
            return try await connection.query(SQL(text))
        }
    }

    private static func hexadecimal(_ path: String) -> String {
        """
        ARRAY(
            SELECT encode(convert_to(x.part, 'UTF8'), 'hex')
            FROM unnest(\(path)) WITH ORDINALITY AS x (part, place)
            ORDER BY x.place
        )
        """
    }

    private static func number(_ id: UUID) -> UInt128 {
        withUnsafeBytes(of: id.uuid) { $0.reduce(0) { ($0 << 8) | UInt128($1) } }
    }
}

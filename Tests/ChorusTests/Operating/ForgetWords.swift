import Foundation
import JSONText
import Postgres
import Testing

/// Erasure takes wording and identity, not the fact that someone spoke.
@Suite(.timeLimit(.minutes(5))) struct ForgetWords {
    private struct Receipt: Equatable {
        let messages: Int
        let passages: Int

        init(_ messages: Int, passages: Int) {
            (self.messages, self.passages) = (messages, passages)
        }

        init(_ ended: Binary.Ended) throws {
            let value = try JSONValue.parse(ended.output.trimmingCharacters(in: .whitespacesAndNewlines))
            self.init(value["messages"]?.int ?? -1, passages: value["passages"]?.int ?? -1)
        }
    }

    @Test func takesWordsAndPersonsAndLeavesEveryCount() async throws {
        let installation = try await Installation.onDatabase()
        let file = try installation.file("rows.ndjson", Rows.ndjson(60))
        let database = installation.environment["DATABASE_URL"] ?? ""
        try await Server.with(installation) { server in
            #expect(try await server.command(["import", "feedback", file] + Rows.mapping).status == 0)
            let reviewer = try await server.command(["sql-url", "--role", "reviewer"]).output
            let numbers = """
                SELECT (1000000 * sum(demands) + 1000 * sum(people) + sum(reported_support))::bigint
                FROM review.demand_board
                """
            try await settle(server)
            let before = try await Query.number(numbers, at: reviewer)

            // u7 sent rows 7 and 57; row 8 is u8's.
            let forgetPerson = ["forget", "person", "--source", "generated", "--ref", "u7", "--json"]
            #expect(try Receipt(await server.command(forgetPerson)) == Receipt(2, passages: 2))
            let forgetMessage = ["forget", "message", "--source", "generated", "--external-id", "8", "--json"]
            #expect(try Receipt(await server.command(forgetMessage)) == Receipt(1, passages: 1))
            for again in [forgetPerson, forgetMessage] {
                let ended = try await server.command(again)
                #expect(ended.status == 1 && ended.complaint.contains("forgotten before"))
            }

            let left = """
                SELECT count(*)
                FROM vault.passages
                WHERE body IN ('wish number 7', 'wish number 8', 'wish number 57')
                """
            #expect(try await Query.number(left, at: database) == 0)
            #expect(try await Query.number("SELECT count(*) FROM vault.passages", at: database) == 57)
            let known = "SELECT count(*) FROM vault.persons WHERE person_ref = 'u7'"
            #expect(try await Query.number(known, at: database) == 0)

            // The same file again: what was forgotten stays so, and nothing is doubled.
            let repeated = try await server.command(["import", "feedback", file, "--json"] + Rows.mapping)
            #expect(try Totals(repeated) == Totals(60, stored: 0, alreadyThere: 60, refused: 0))
            #expect(try await Query.number("SELECT count(*) FROM vault.passages", at: database) == 57)
            #expect(try await Query.number(known, at: database) == 0)

            try await settle(server)
            #expect(try await Query.number(numbers, at: reviewer) == before)
            let rebuilt = try await server.command(["projections", "rebuild", "--all"])
            #expect(rebuilt.output.split(separator: "\n").allSatisfy { $0.hasSuffix("is live, equal to the old one") })
            #expect(try await Query.number(numbers, at: reviewer) == before)
        }
    }

    @Test func saysWhatItCannotFind() async throws {
        let installation = try await Installation.onDatabase()
        #expect(try await Binary.run(["migrate"], in: installation).status == 0)
        let create = ["tenants", "create", "default", "--timezone", "UTC"]
        #expect(try await Binary.run(create, in: installation).status == 0)
        let cases: [([String], String)] = [
            (["person", "--source", "s", "--ref", "r"], "nobody is known by this reference in source s"),
            (["message", "--source", "s", "--external-id", "1"], "source s has no message by this id"),
            (["message", "00000000-0000-8000-8000-000000000000"], "has no message 00000000"),
            (["message", "00000000-0000-8000-8000-000000000000", "--tenant", "x"], "there is no tenant x"),
        ]
        for (arguments, complaint) in cases {
            let ended = try await Binary.run(["forget"] + arguments, in: installation)
            #expect(ended.status == 1 && ended.complaint.contains(complaint), "\(ended.errors)")
        }
        for arguments in [["message"], ["message", "x"], ["message", "--source", "s"]] {
            let ended = try await Binary.run(["forget"] + arguments, in: installation)
            #expect(ended.status != 0 && ended.errors.contains("message"), "\(ended.errors)")
        }
    }

    /// What a run that broke off left behind is finished by the next one, for whomever it is asked.
    @Test func finishesWhatABrokenOffRunLeft() async throws {
        let installation = try await Installation.onDatabase()
        let file = try installation.file("rows.ndjson", Rows.ndjson(60))
        let database = installation.environment["DATABASE_URL"] ?? ""
        try await Server.with(installation) { server in
            #expect(try await server.command(["import", "feedback", file] + Rows.mapping).status == 0)
            let forget = ["forget", "person", "--source", "generated", "--json", "--ref"]
            // As if a run for u7 had died once the person was gone: rows 7 and 57 still have their words.
            try await execute(
                """
                INSERT INTO log.events (
                    tenant_id, position, stream_id, version, schema_version, recorded_at, stream_type, type, actor, body
                )
                SELECT p.tenant_id, h.position + 1, p.person_token, 1, 1, now(), 'person', 'PersonForgotten', 'operator',
                    '{"messages":0}'
                FROM vault.persons AS p
                JOIN log.heads AS h
                    ON h.tenant_id = p.tenant_id
                WHERE p.person_ref = 'u7';
                UPDATE log.heads SET position = position + 1;
                DELETE FROM vault.persons WHERE person_ref = 'u7'
                """,
                at: database
            )
            let left = "SELECT count(*) FROM vault.passages WHERE body IN ('wish number 7', 'wish number 57')"
            #expect(try await Query.number(left, at: database) == 2)
            #expect(try await server.command(forget + ["u8"]).status == 0)
            #expect(try await Query.number(left, at: database) == 0)
        }
    }

    private func execute(_ text: String, at url: String) async throws {
        let connection = try await PostgresConnection.connect(try PostgresConfiguration(connectionString: url))
        try await connection.run(script: UtilitySQL(trusted: text))
        await connection.close()
    }

    /// Waits until the projectors have reached the head.
    private func settle(_ server: Server) async throws {
        let status = try await server.command(["projections", "status", "--json"])
        let heads = status.output.split(separator: "\n").compactMap { try? JSONValue.parse(String($0))["head"]?.int }
        let answer = try await server.status("/v1/demands?min_position=\(heads.max() ?? 0)", key: server.key)
        #expect(answer == 200)
    }
}

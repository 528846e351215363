import Foundation
import Postgres
import Testing

/// The invented town of `scripts/demo` answers every question that `docs/demands.md` says people ask first.
@Suite(.timeLimit(.minutes(5))) struct AskTheTown {
    /// A server with a small town.
    private func withTown(_ body: (Server) async throws -> Void) async throws {
        try await Server.with(try await Installation.onDatabase()) { server in
            let loaded = try await loadTown(server)
            try #require(loaded.status == 0, "\(loaded.errors)")
            // The release that the script makes, or one that the server made by itself: a moment later it can be read.
            while try await ask("SELECT release FROM aggregates.response_rates", server).rows == 0 {}
            try await body(server)
        }
    }

    private func loadTown(_ server: Server) async throws -> Binary.Ended {
        let place = server.installation.with("CHORUS_BIN", try Binary.path()).with("CHORUS_URL", server.url)
        let arguments = ["--messages", "600", "--responses", "60"]
        return try await Running(arguments, in: place, program: Questions.root + "/scripts/demo").end()
    }

    private struct Answer {
        let columns: [String]
        let rows: Int

        /// What is wrong with it; nil: nothing.
        var fault: String? {
            if rows == 0 { return "no rows" }
            if columns.contains("?column?") { return "a column has no name" }
            return Set(columns).count < columns.count ? "two columns have one name" : nil
        }
    }

    /// As the login that may read what the question is about: the analyst's for releases, else the reviewer's.
    private func ask(_ question: String, _ server: Server) async throws -> Answer {
        let role = question.contains("aggregates.") ? "analyst" : "reviewer"
        let url = try await server.command(["sql-url", "--role", role, "--tenant", "default"])
        try #require(url.status == 0, "\(url.errors)")
        let text = url.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let connection = try await PostgresConnection.connect(try PostgresConfiguration(connectionString: text))
        do {
            let rows = try await connection.query(SQL(question))
            await connection.close()
            return Answer(columns: rows.columns, rows: rows.count)
        } catch {
            await connection.close()
            throw error
        }
    }

    @Test func everyQuestionHasAnAnswer() async throws {
        let questions = try Questions(of: "Ten questions", in: "demands.md")
        #expect(questions.blocks.count == 10)
        try await withTown { server in
            for question in questions.blocks {
                do {
                    let answer = try await ask(question, server)
                    #expect(answer.fault == nil, "\(answer.fault ?? ""): \(question)")
                } catch {
                    Issue.record("\(error): \(question)")
                }
            }
            // The control: it would be seen.
            let broken = try #require(questions.blocks.first).replacing("SELECT", with: "SELECT no_such_column,")
            await #expect(throws: PostgresError.self) { try await ask(broken, server) }
            #expect(try await ask("SELECT state FROM review.backlog WHERE false", server).fault == "no rows")
            #expect(try await ask("SELECT count(*) + 1 FROM review.backlog", server).fault == "a column has no name")
            // Loading it again adds nothing.
            let before = try await ask("SELECT * FROM review.replies", server).rows
            let again = try await loadTown(server)
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.output.contains("0 of 600 messages and 0 of 60 responses are new"), "\(again.output)")
            #expect(try await ask("SELECT * FROM review.replies", server).rows == before)
            // Analysts see what was released, and nothing else.
            await #expect(throws: PostgresError.self) {
                try await ask("SELECT state FROM review.backlog, aggregates.satisfaction", server)
            }
        }
    }
}

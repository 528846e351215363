import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct LoseNothing {
    @Test func aServerKilledMidImportLosesNothingAndDoublesNothing() async throws {
        let installation = try Installation.embedded()
        let file = try installation.file("rows.ndjson", Rows.ndjson(4_000))
        let command = ["import", "feedback", file, "--json"] + Rows.mapping
        let first = try await Server.start(installation)
        let client = installation.with("CHORUS_URL", first.url)
        let under = try Running(command, in: client)
        try await under.waits(for: "import  25 %", onErrors: true)
        #expect(try await first.process.end(with: SIGKILL).status == 128 + SIGKILL)

        // The import goes on by itself once the server is back at its address; the cluster was left running.
        let address = String(first.url.dropFirst("http://".count))
        let second = try await Server.start(installation.with("CHORUS_ADDRESS", address))
        let ended = try await under.end()
        #expect(ended.status == 0, "\(ended.errors)")
        let totals = try Totals(ended)
        #expect(totals.stored + totals.alreadyThere == 4_000)
        #expect(totals.refused == 0)

        let again = try await Binary.run(command, in: client)
        #expect(try Totals(again) == Totals(4_000, stored: 0, alreadyThere: 4_000, refused: 0))
        let release = try await second.command(["release"])
        #expect(release.status == 0 || release.complaint.contains("a release needs at least"), "\(release.errors)")
        let sum = try await sum(of: "review.demand_board", "reviewer", second)
        #expect(sum == 4_000)
        #expect(try await second.process.end(with: SIGTERM).status == 0)
    }

    @Test func aPostgreSQLKilledMidImportLosesNothingAndDoublesNothing() async throws {
        let installation = try Installation.embedded()
        let file = try installation.file("rows.ndjson", Rows.ndjson(4_000))
        let command = ["import", "feedback", file, "--json"] + Rows.mapping
        let server = try await Server.start(installation)
        let under = try Running(command, in: installation.with("CHORUS_URL", server.url))
        try await under.waits(for: "import  25 %", onErrors: true)
        let pidFile = try #require(installation.read("postgres/postmaster.pid"))
        let postmaster = try #require(pidFile.split(separator: "\n").first.flatMap { pid_t($0) })
        #expect(kill(postmaster, SIGKILL) == 0)

        // The server starts PostgreSQL again by itself.
        let ended = try await under.end()
        #expect(ended.status == 0, "\(ended.errors)\n\(server.process.said.errors)")
        let totals = try Totals(ended)
        #expect(totals.stored + totals.alreadyThere == 4_000)
        let again = try await server.command(command)
        #expect(try Totals(again) == Totals(4_000, stored: 0, alreadyThere: 4_000, refused: 0))
        _ = try await server.command(["release"])
        #expect(try await sum(of: "review.demand_board", "reviewer", server) == 4_000)
        #expect(try await server.process.end(with: SIGTERM).status == 0)
        #expect(!FileManager.default.fileExists(atPath: "\(installation.home)/postgres/postmaster.pid"))
    }

    private func sum(of view: String, _ role: String, _ server: Server) async throws -> Int {
        let url = try await server.command(["sql-url", "--role", role])
        #expect(url.status == 0, "\(url.errors)")
        return try await Query.number("SELECT sum(demands)::bigint FROM \(view)", at: url.output)
    }
}

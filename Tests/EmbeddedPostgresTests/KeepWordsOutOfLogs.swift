import EmbeddedPostgres
import Foundation
import TestSupport
import Testing

@Suite struct KeepWordsOutOfLogs {
    private let word = "geheimes-wort-4711"

    @Test func neitherErrorsNorCrashesQuotePeople() async throws {
        let home = try privateHome()
        let cluster = try await startCluster(home: home)
        try await speak(to: cluster)
        #expect(try !log(of: cluster).contains(word))
        #expect(try log(of: cluster).contains("terminated by signal 9"), "the crash itself is in the log")
        try await cluster.stop()

        // The control: with PostgreSQL's own settings the same statements do leave it in the log.
        let talkative = try await startCluster(
            home: home,
            extra: [
                "log_min_messages": "warning", "log_min_error_statement": "error", "log_error_verbosity": "default",
            ]
        )
        try await speak(to: talkative)
        #expect(try log(of: talkative).contains(word))
        try await talkative.stop()
    }

    /// A wrong value, a doubled key, a failed statement, and a backend killed in the middle of one.
    private func speak(to cluster: EmbeddedPostgres) async throws {
        _ = try await cluster.psql("CREATE TABLE IF NOT EXISTS words (word text CONSTRAINT words_key PRIMARY KEY)")
        _ = try await cluster.psql("INSERT INTO words VALUES ('\(word)') ON CONFLICT DO NOTHING")
        for statement in [
            "SELECT '\(word)'::int", "INSERT INTO words VALUES ('\(word)')", "SELECT 1/0 AS \"\(word)\"",
            "SELECT 'kill-me \(word)', pg_sleep(0), pg_read_file(NULL), set_config('log_statement', 'none', false)"
                + ", 1/(SELECT 0 WHERE word = '\(word)') FROM words",
        ] {
            await #expect(throws: PsqlFailure.self) { _ = try await cluster.psql(statement) }
        }
        let sleeping = Task { try await cluster.psql("SELECT pg_sleep(600), '\(word)' AS sleeping") }
        let find = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(6%' AND state = 'active'"
        var backend = ""
        try await until {
            backend = try await cluster.psql(find)
            return !backend.isEmpty
        }
        kill(try #require(pid_t(backend)), SIGKILL)
        await #expect(throws: PsqlFailure.self) { _ = try await sleeping.value }
        // The postmaster restarts its backends; the log is complete when it takes connections again.
        try await until { (try? await cluster.psql("SELECT 1")) == "1" }
    }

    private func log(of cluster: EmbeddedPostgres) throws -> String {
        let folder = "\(cluster.dataDirectory)/log"
        let texts = try FileManager.default.contentsOfDirectory(atPath: folder).map {
            try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)
        }
        return texts.joined() + (try String(contentsOfFile: "\(cluster.dataDirectory)/start.log", encoding: .utf8))
    }
}

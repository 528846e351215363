import AsyncHTTPClient
import Foundation
import Postgres
import Testing

/// `chorus projections status|parked|retry|skip` and `/metrics`, as operators meet them.
@Suite(.timeLimit(.minutes(5))) struct WatchProjections {
    /// Appends an event that nobody can read, behind the back of every command.
    private func poison(_ url: String) async throws -> String {
        let pool = PostgresPool(try PostgresConfiguration(connectionString: url), size: 1)
        do {
            let rows = try await pool.query(
                """
                WITH head AS (
                    UPDATE log.heads SET position = position + 1 WHERE tenant_id = 1 RETURNING position
                )
                INSERT INTO log.events (
                    tenant_id, position, stream_id, stream_type, version, type, schema_version, body, actor,
                    recorded_at
                )
                SELECT
                    1, h.position, e.stream_id, e.stream_type, e.version + 1, 'DemandCategorised', 1, '{}', 'test',
                    now()
                FROM head AS h
                CROSS JOIN (
                    SELECT e.stream_id, e.stream_type, e.version
                    FROM log.events AS e
                    WHERE e.tenant_id = 1
                        AND e.stream_type = 'feedback'
                    ORDER BY e.version DESC, e.position
                    LIMIT 1
                ) AS e
                RETURNING stream_type || '-' || stream_id
                """
            )
            await pool.close()
            return try #require(rows.first).decode(0, as: String.self)
        } catch {
            await pool.close()
            throw error
        }
    }

    @Test func aPoisonEventIsSeenListedAndSkipped() async throws {
        let installation = try await Installation.onDatabase()
        let file = try installation.file("rows.ndjson", Rows.ndjson(3))
        try await Server.with(installation) { server in
            _ = try await server.command(["import", "feedback", file] + Rows.mapping)
            let stream = try await poison(try #require(installation.environment["DATABASE_URL"]))
            // Another message, and its answer comes once the projectors have passed it.
            let more = try installation.file("more.ndjson", Rows.ndjson(1, from: 4))
            _ = try await server.command(["import", "feedback", more] + Rows.mapping)
            var parked = try await server.command(["projections", "parked"])
            while !parked.output.contains("coverage") { parked = try await server.command(["projections", "parked"]) }
            #expect(parked.output.contains("demand_board  default  \(stream)  at position"))

            let status = try await server.command(["projections", "status", "--sample", "0"])
            #expect(status.status == 0, "\(status.errors)")
            #expect(status.output.contains("PARKED  LEFT-OUT"))
            let lines = try await server.command(["projections", "status", "--json", "--sample", "0"])
            #expect(lines.output.contains(#""parkedStreams":1,"parkedEvents":1,"skippedEvents":0"#))
            #expect(lines.output.contains(#""standsStill":null"#))
            #expect(lines.output.contains(#""eventsPerSecond":null"#))
            let sampled = try await server.command(["projections", "status", "--json", "--sample", "0.1"])
            #expect(sampled.output.contains(#""eventsPerSecond":0.0"#))

            let retry = try await server.command(["projections", "retry", "demand_board"])
            #expect(retry.status == 1)
            #expect(retry.complaint.contains("cannot be read"), "\(retry.errors)")
            let silent = try await server.command([
                "projections", "skip", "demand_board", "--stream", stream, "--reason", " ",
            ])
            #expect(silent.complaint.contains("--reason must say why"))
            let skip = try await server.command([
                "projections", "skip", "demand_board", "--stream", stream, "--reason", "written by hand",
            ])
            #expect(skip.status == 0, "\(skip.errors)")
            #expect(skip.output.contains("parked no longer"))
            let none = try await server.command(["projections", "retry", "demand_board"])
            #expect(none.output.contains("nothing is parked"))
            let unknown = try await server.command(["projections", "retry", "nothing"])
            #expect(unknown.complaint.contains("demand_board, participation"))
            let rebuilt = try await server.command(["projections", "rebuild", "demand_board"])
            #expect(rebuilt.output.contains("equal to the old one"), "\(rebuilt.output)")
        }
    }

    @Test func watchingEndsInOrder() async throws {
        let installation = try await Installation.onDatabase()
        try await Server.with(installation) { _ in
            let watching = try Running(
                ["projections", "status", "--watch", "--json", "--sample", "0.05"],
                in: installation
            )
            try await watching.waits(for: #""projector":"taxonomy""#)
            let ended = try await watching.end(with: SIGINT)
            #expect(ended.status == 0, "\(ended.errors)")
        }
    }

    @Test func metricsHaveADoorOfTheirOwn() async throws {
        let installation = try await Installation.onDatabase()
            .with("CHORUS_METRICS_ADDRESS", "127.0.0.1:0")
        try await Server.with(installation) { server in
            let file = try installation.file("rows.ndjson", Rows.ndjson(3))
            _ = try await server.command(["import", "feedback", file] + Rows.mapping)
            let line = server.process.said.errors.split(separator: "\n").first { $0.hasPrefix("Metrics: ") }
            let address = String(try #require(line).dropFirst("Metrics: ".count))
            let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: address), timeout: .seconds(10))
            let text = String(buffer: try await response.body.collect(upTo: 1_048_576))
            #expect(response.status.code == 200)
            #expect(text.contains(#"chorus_projection_lag_events{projector="demand_board",tenant="default"} "#))
            #expect(text.contains(#"chorus_append_commands_total{outcome="appended",tenant="default"} "#))
            #expect(try await server.status("/metrics", key: server.key) == 404)
        }
    }

    @Test func aMetricsAddressInUseIsNamed() async throws {
        let installation = try await Installation.onDatabase()
        try await Server.with(installation) { server in
            let port = try #require(server.url.split(separator: ":").last)
            let second = try await Binary.run(
                ["serve", "--metrics-address", "127.0.0.1:\(port)"],
                in: installation
            )
            #expect(second.status == 1)
            #expect(second.complaint.contains("cannot serve metrics on 127.0.0.1:\(port)"), "\(second.errors)")
        }
    }
}

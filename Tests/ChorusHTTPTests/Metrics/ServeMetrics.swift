import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Postgres
import Projectors
import Testing

@testable import ChorusHTTP

/// `/metrics`, on its own listener.
@Suite struct ServeMetrics {
    private static let versions = Dictionary(uniqueKeysWithValues: AllProjectors.make().map { ($0.name, $0.version) })

    private func metrics(_ server: TestServer, _ journal: ProjectionJournal? = nil) -> ServerMetrics {
        ServerMetrics(
            pool: server.pool,
            journal: journal ?? ProjectionJournal(pool: server.pool, logger: server.services.logger),
            appends: AppendCounts(),
            versions: Self.versions
        )
    }

    private func close(_ server: TestServer) async {
        await server.pool.close()
        await server.operators.close()
    }

    @Test func tellsWhereEachReadModelStands() async throws {
        let server = try await TestServer.make()
        let metrics = metrics(server)
        let application = buildMetricsApplication(metrics, host: "127.0.0.1", port: 0, logger: server.services.logger)
        try await application.test(.router) { client in
            try await client.execute(uri: "/metrics", method: .get) { response in
                #expect(response.status == .ok)
                #expect(response.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
                let lint = MetricsLint(String(buffer: response.body))
                #expect(lint.findings == [])
                #expect(lint.values["chorus_database_up"] == 1)
                for projector in AllProjectors.make() {
                    for tenant in ["one", "two"] {
                        let labels = "{projector=\"\(projector.name)\",tenant=\"\(tenant)\"}"
                        for name in ["lag_events", "lag_seconds", "parked_streams", "parked_events", "stands_still"] {
                            #expect(lint.values["chorus_projection_\(name)\(labels)"] != nil, "\(name)\(labels)")
                        }
                    }
                }
                #expect(lint.values["chorus_log_position{tenant=\"one\"}"] != nil)
            }
            try await client.execute(uri: "/v1/demands", method: .get) { #expect($0.status == .notFound) }
        }
        await close(server)
    }

    /// A minute ago something came, and nothing has moved since.
    @Test func tellsWhatIsBehindAndWhatStandsStill() async throws {
        let server = try await TestServer.make()
        let event = NewEvent(type: "Noted", schemaVersion: 1, body: Array("{}".utf8))
        _ = try await server.services.store.execute(
            Submission(tenant: TestServer.one, stream: StreamID(type: "note", id: UUID()), actor: "test") { _ in
                Decision(events: [event])
            }
        )
        let labels = "{projector=\"demand_board\",tenant=\"one\"}"
        let before = MetricsLint(await metrics(server).text()).values
        #expect((before["chorus_projection_lag_events\(labels)"] ?? 0) > 0)
        #expect(before["chorus_projection_stands_still\(labels)"] == 0)
        try await server.operators.withTransaction { connection in
            try await connection.run(script: "SET LOCAL session_replication_role = replica")
            try await connection.execute("UPDATE log.events SET recorded_at = recorded_at - interval '1 minute'")
            try await connection.execute(
                "UPDATE projections.checkpoints SET updated_at = updated_at - interval '1 minute'"
            )
            try await connection.execute(
                "UPDATE projections.generations SET created_at = created_at - interval '1 minute'"
            )
        }
        let journal = ProjectionJournal(pool: server.pool, logger: server.services.logger)
        let standing = MetricsLint(await metrics(server, journal).text())
        #expect(standing.findings == [])
        #expect(standing.values["chorus_projection_stands_still\(labels)"] == 1)
        #expect((standing.values["chorus_projection_lag_seconds\(labels)"] ?? 0) >= 60)
        try await server.project()
        let after = MetricsLint(await metrics(server, journal).text()).values
        #expect(after["chorus_projection_stands_still\(labels)"] == 0)
        #expect(after["chorus_projection_lag_events\(labels)"] == 0)
        #expect(after["chorus_projection_lag_seconds\(labels)"] == 0)
        await close(server)
    }

    @Test func withoutTheDatabaseItTellsWhatItCounted() async throws {
        let server = try await TestServer.make()
        let pool = PostgresPool(try PostgresConfiguration(connectionString: server.connectionString), size: 1)
        await pool.close()
        let metrics = ServerMetrics(
            pool: pool,
            journal: ProjectionJournal(pool: pool, logger: server.services.logger),
            appends: AppendCounts(),
            versions: Self.versions
        )
        let lint = MetricsLint(await metrics.text())
        #expect(lint.findings == [])
        #expect(lint.values == ["chorus_database_up": 0])
        await close(server)
    }

    /// The control of the checks.
    @Test(arguments: [
        "chorus_x 1\n", "# HELP chorus_x X.\n# TYPE chorus_x counter\nchorus_x 1\n",
        "# HELP chorus_x_total X.\n# TYPE chorus_x_total gauge\nchorus_x_total 1\n",
        "# HELP chorus_x X.\n# TYPE chorus_x gauge\nchorus_x one\n",
        "# HELP chorus_x X.\n# TYPE chorus_x gauge\nchorus_x 1\nchorus_x 2\n",
        "# TYPE chorus_x gauge\nchorus_x 1\n", "# HELP chorus_x_ms X.\n# TYPE chorus_x_ms gauge\nchorus_x_ms 1\n",
        "# HELP x X.\n# TYPE x gauge\nx 1\n", "# HELP chorus_x X.\n# TYPE chorus_x gauge\nchorus_x 1",
        "# HELP chorus_x X.\n# TYPE chorus_x gauge\nchorus_x{a=b} 1\n",
    ])
    func aWrongTextWouldBeFound(_ text: String) {
        #expect(!MetricsLint(text).findings.isEmpty)
    }
}

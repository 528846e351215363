import Hummingbird
import Logging

/// `GET /livez` and `GET /readyz`: status codes for machines, a word for people.
struct HealthRoutes: Sendable {
    let services: Services

    var routes: [Route] {
        [Route(.get, "/livez", respond: live), Route(.get, "/readyz", respond: ready)]
    }

    /// Says only that the process answers: a restart would not help against a missing database.
    private func live(_ call: Call) async throws -> Response {
        .json { $0.field("status", "alive") }
    }

    private func ready(_ call: Call) async throws -> Response {
        guard !services.isDraining() else {
            throw Problem.unavailable("draining", "the server is about to stop; use another one", seconds: 5)
        }
        let rows = try await services.reads.query(
            """
            SELECT to_regclass('log.heads') IS NOT NULL AND to_regclass('projections.generations') IS NOT NULL
            """
        )
        guard try rows.first?.decode(0, as: Bool.self) == true else {
            throw Problem.unavailable(
                "not-migrated",
                "the database lacks the schema; run: chorus migrate",
                seconds: 5,
                cause: "no schema"
            )
        }
        return .json { $0.field("status", "ready") }
    }
}

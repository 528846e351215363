import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct OperateAnInstallation {
    @Test func aRevokedKeyEndsAtARunningServer() async throws {
        try await Server.with(try await Installation.onDatabase()) { server in
            let made = try await server.command(["keys", "create", "--name", "desk", "--scope", "reviewer"])
            #expect(made.status == 0, "\(made.errors)")
            let secret = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(try await server.status("/v1/demands", key: secret) == 200)
            let id = try #require(made.errors.firstMatch(of: /Key (\w+) of tenant/)?.1)
            let list = try await server.command(["keys", "list"])
            #expect(list.output.contains(id))
            #expect(!list.output.contains(secret))

            let revoked = try await server.command(["keys", "revoke", String(id)])
            #expect(revoked.status == 0)
            let deadline = ContinuousClock.now + .seconds(10)
            var status = 200
            while status == 200, ContinuousClock.now < deadline {
                status = try await server.status("/v1/demands", key: secret)
            }
            #expect(status == 401)
            let again = try await server.command(["keys", "revoke", String(id)])
            #expect(again.status == 1)
            #expect(again.complaint.contains("no working key"))
        }
    }

    @Test func keysAreCreatedWithSense() async throws {
        let installation = try await Installation.onDatabase()
        #expect(try await Binary.run(["migrate"], in: installation).status == 0)
        let create = ["keys", "create", "--name", "n"]
        let none = try await Binary.run(create, in: installation)
        #expect(none.complaint.contains("at least one --scope"))
        let wrong = try await Binary.run(create + ["--scope", "king"], in: installation)
        #expect(wrong.complaint.contains("king is not a scope"))
        let both = try await Binary.run(create + ["--publishable", "--scope", "admin"], in: installation)
        #expect(both.complaint.contains("no scopes but intake"))
        let bound = create + ["--organization", "union", "--scope", "reviewer", "--scope", "analyst"]
        let wide = try await Binary.run(bound, in: installation)
        #expect(wide.complaint.contains("one scope is reviewer"))
        let tenant = try await Binary.run(create + ["--scope", "admin", "--tenant", "none"], in: installation)
        #expect(tenant.complaint.contains("there is no tenant none"))
        let north = ["tenants", "create", "north", "--timezone", "Europe/Berlin", "--language", "de"]
        #expect(try await Binary.run(north, in: installation).status == 0)
        let bind = create + ["--scope", "reviewer", "--tenant", "north", "--organization", "nosuch"]
        let nobody = try await Binary.run(bind, in: installation)
        #expect(nobody.status == 0)
        #expect(nobody.errors.contains("No organization nosuch is registered: the key reads nothing until one is"))
        let drop = try await Binary.run(["projections", "drop", "nosuch"], in: installation)
        #expect(drop.complaint.contains("nosuch is not a read model; there are: "))
    }

    @Test func tenantsAreCreatedOnceAndListed() async throws {
        let installation = try await Installation.onDatabase()
        #expect(try await Binary.run(["migrate"], in: installation).output.contains("Applied"))
        #expect(try await Binary.run(["migrate"], in: installation).output.contains("up to date"))
        let create = ["tenants", "create", "north", "--timezone", "Europe/Berlin", "--language", "de", "--k", "10"]
        let first = try await Binary.run(create, in: installation)
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("Created tenant north"))
        let second = try await Binary.run(create, in: installation)
        #expect(second.status == 0)
        #expect(second.output.contains("exists already"))
        let list = try await Binary.run(["tenants", "list"], in: installation)
        #expect(list.output.split(separator: "\n").count == 2)
        #expect(list.output.contains("north  Europe/Berlin  de        10"))
        let bad = try await Binary.run(["tenants", "create", "No", "--timezone", "UTC"], in: installation)
        #expect(bad.complaint.contains("lower-case letters"))
    }

    @Test func releasesAndRebuildsSayWhatTheyDid() async throws {
        let installation = try await Installation.onDatabase()
        let file = try installation.file("rows.ndjson", Rows.ndjson(60))
        try await Server.with(installation) { server in
            let imported = try await server.command(["import", "feedback", file] + Rows.mapping)
            #expect(imported.status == 0, "\(imported.errors)")
            // The server may have made the first release by itself already.
            let release = try await server.command(["release"])
            #expect(
                release.output.contains("Published release 1 at position")
                    || release.complaint.contains("since release 1"),
                "\(release.errors)"
            )
            let second = try await server.command(["release"])
            #expect(second.status == 1)
            #expect(second.complaint.contains("a release needs at least 5"))

            let rebuilt = try await server.command(["projections", "rebuild", "--all", "--drop-old"])
            #expect(rebuilt.status == 0, "\(rebuilt.errors)")
            let lines = rebuilt.output.split(separator: "\n")
            #expect(lines.count >= 3)
            #expect(lines.allSatisfy { $0.hasSuffix("is live, equal to the old one") })
            let status = try await server.command(["projections", "status", "--json"])
            #expect(status.output.split(separator: "\n").count == lines.count)
            #expect(status.output.contains(#""projector":"demand_board""#))
            #expect(status.output.contains(#""parkedStreams":0"#))
            let unknown = try await server.command(["projections", "rebuild", "nothing"])
            #expect(unknown.complaint.contains("demand_board, participation"))

            let analyst = try await server.command(["sql-url"])
            let all = try await Query.number(
                "SELECT sum(demands)::bigint FROM aggregates.demand_board",
                at: analyst.output
            )
            #expect(all == 60)
            let nobody = try await server.command(["sql-url", "--tenant", "nosuch"])
            #expect(nobody.status == 1 && nobody.output.isEmpty)
            #expect(nobody.complaint.contains("there is no tenant nosuch"), "\(nobody.errors)")
        }
    }
}

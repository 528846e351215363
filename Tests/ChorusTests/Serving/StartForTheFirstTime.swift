import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct StartForTheFirstTime {
    @Test func makesAKeyOnceAndKeepsEverythingAcrossRestarts() async throws {
        let installation = try Installation.embedded()
        let first = try await Server.start(installation)
        let key = try #require(installation.read("admin.key"))
        #expect(first.process.said.output.contains("Admin key, shown this once: \(key)"))
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(installation.home)/admin.key")
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(try await first.status("/v1/demands", key: key) == 200)
        #expect(try await first.status("/v1/demands", key: key + "x") == 401)
        #expect(first.process.said.errors.contains("Days are those of Asia/Shanghai; "))
        let intake = try #require(installation.read("intake.key"))
        #expect(first.process.said.output.contains(intake))
        #expect(try await first.status("/v1/demands", key: intake) == 403)
        let tenants = try await Binary.run(["tenants", "list"], in: installation)
        #expect(tenants.output.contains("default  Asia/Shanghai  zh        5"))
        let ended = try await first.process.end(with: SIGTERM)
        #expect(ended.status == 0)
        #expect(!FileManager.default.fileExists(atPath: "\(installation.home)/postgres/postmaster.pid"))

        let second = try await Server.start(installation)
        #expect(installation.read("admin.key") == key)
        #expect(!second.process.said.output.contains(key))
        #expect(!second.process.said.errors.contains("Days are those of"))
        #expect(try await second.status("/v1/demands", key: key) == 200)
        #expect(try await second.process.end(with: SIGINT).status == 0)

        // Commands start the cluster for themselves and end it again.
        let keys = try await Binary.run(["keys", "list"], in: installation)
        #expect(keys.output.contains("first admin key"))
        #expect(!FileManager.default.fileExists(atPath: "\(installation.home)/postgres/postmaster.pid"))
    }

    @Test func theOperatorsOwnKeyIsUsedAndNeverWritten() async throws {
        let key = "an-operators-key-of-24-letters"
        let installation = try await Installation.onDatabase().with("CHORUS_ADMIN_KEY", key)
        let first = try await Server.start(installation)
        #expect(try await first.status("/v1/demands", key: key) == 200)
        #expect(!first.process.said.output.contains(key))
        #expect(installation.read("admin.key") == nil)
        #expect(try await first.process.end(with: SIGTERM).status == 0)

        try await Server.with(installation) { second in
            let status = try await second.status("/v1/demands", key: key)
            #expect(status == 200)
        }
    }

    @Test func aShortKeyIsRefused() async throws {
        let installation = try await Installation.onDatabase().with("CHORUS_ADMIN_KEY", "short")
        let ended = try await Binary.run(["serve"], in: installation)
        #expect(ended.status == 1)
        #expect(ended.complaint.contains("24 or more"))
    }

    @Test func theZoneIsTheOneOfTheEnvironmentAndNotTheMachines() async throws {
        let installation = try await Installation.onDatabase().with("TZ", "Europe/Berlin")
        let chosen = installation.with("CHORUS_TIMEZONE", "Asia/Tokyo")
        let first = try await Server.start(chosen)
        #expect(first.process.said.errors.contains("Days are those of Asia/Tokyo; "))
        #expect(try await first.process.end(with: SIGTERM).status == 0)
        let tenants = try await Binary.run(["tenants", "list"], in: chosen)
        #expect(tenants.output.contains("default  Asia/Tokyo  zh"))
    }

    @Test func aShortKeyInTheFileIsRefused() async throws {
        let installation = try await Installation.onDatabase()
        try FileManager.default.createDirectory(atPath: installation.home, withIntermediateDirectories: true)
        try "short".write(toFile: "\(installation.home)/admin.key", atomically: true, encoding: .utf8)
        let ended = try await Binary.run(["serve"], in: installation)
        #expect(ended.status == 1)
        #expect(ended.complaint.contains("admin.key holds a key of 5 characters; it needs 24 or more"))
    }

    @Test func aRestartedFirstStartUsesTheKeyOfItsFile() async throws {
        // As after a kill between the file and the database.
        let installation = try await Installation.onDatabase()
        try FileManager.default.createDirectory(atPath: installation.home, withIntermediateDirectories: true)
        let key = "chorus_sk_left_by_a_killed_start"
        try key.write(toFile: "\(installation.home)/admin.key", atomically: true, encoding: .utf8)
        try await Server.with(installation) { server in
            #expect(installation.read("admin.key") == key)
            #expect(!server.process.said.output.contains(key))
            let status = try await server.status("/v1/demands", key: key)
            #expect(status == 200)
        }
    }
}

import Foundation
import TestSupport
import Testing

@testable import EmbeddedPostgres

@Suite struct RecoverACluster {
    @Test func startsAfterAKillOfThePostmasterAndKeepsWhatWasCommitted() async throws {
        let cluster = try await TestPostgres.dedicatedCluster(durable: true)
        _ = try await cluster.psql("CREATE TABLE kept AS SELECT 42 AS n")
        kill(cluster.postmasterPID, SIGKILL)
        let again = try await startCluster(home: cluster.home, durable: true)
        #expect(!again.wasAdopted)
        #expect(again.postmasterPID != cluster.postmasterPID)
        #expect(try await again.psql("SELECT n FROM kept") == "42")
        try await again.stop(immediately: true)
    }

    /// A backend in the middle of a long computation does not see that its postmaster is gone.
    @Test func startsWhileABackendOfAKilledPostmasterIsBusy() async throws {
        let cluster = try await TestPostgres.dedicatedCluster(durable: false)
        let busy = Task { try await cluster.psql("SELECT count(*) FROM generate_series(1, 1000000000000) AS busy") }
        try await until {
            try await cluster.psql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%AS bus' || 'y'") == "1"
        }
        kill(cluster.postmasterPID, SIGKILL)
        let again = try await startCluster(home: cluster.home)
        #expect(!again.wasAdopted)
        #expect(try await again.psql("SELECT 1") == "1")
        await #expect(throws: PsqlFailure.self) { _ = try await busy.value }
        try await again.stop(immediately: true)
    }

    @Test func takesNoOtherProcessForItsPostmaster() async throws {
        let cluster = try await TestPostgres.dedicatedCluster(durable: false)
        let file = Postmaster.path(in: cluster.dataDirectory)
        let said = try String(contentsOfFile: file, encoding: .utf8)
        let lock = "\(cluster.socketDirectory)/.s.PGSQL.\(cluster.port).lock"
        try await cluster.stop()
        // As after a restart of a container: the same number, another process (this one).
        let stale = said.replacingOccurrences(of: "\(cluster.postmasterPID)\n", with: "\(getpid())\n")
        try stale.write(toFile: file, atomically: true, encoding: .utf8)
        try FileManager.default.createDirectory(atPath: cluster.socketDirectory, withIntermediateDirectories: true)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o700],
            ofItemAtPath: cluster.socketDirectory
        )
        try stale.write(toFile: lock, atomically: true, encoding: .utf8)
        #expect(try EmbeddedPostgres.find(home: cluster.home) == nil)

        let again = try await startCluster(home: cluster.home)
        #expect(!again.wasAdopted)
        #expect(again.port == cluster.port)
        #expect(try await again.psql("SELECT 1") == "1")
        try await again.stop()
    }

    @Test func startsAgainWhenItsSocketFolderWasDeleted() async throws {
        let cluster = try await TestPostgres.dedicatedCluster(durable: false)
        try FileManager.default.removeItem(atPath: cluster.socketDirectory)
        let again = try await startCluster(home: cluster.home)
        #expect(!again.wasAdopted)
        #expect(try await again.psql("SELECT 1") == "1")
        try await again.stop(immediately: true)
    }

    @Test func beginsWithAnEmptyClusterWhenTheHomeWasDeletedUnderIt() async throws {
        let cluster = try await TestPostgres.dedicatedCluster(durable: false)
        _ = try await cluster.psql("CREATE TABLE old (n int)")
        try FileManager.default.removeItem(atPath: cluster.home)
        let again = try await startCluster(home: cluster.home)
        #expect(!again.wasAdopted)
        #expect(try await again.psql("SELECT to_regclass('old') IS NULL") == "t")
        try await again.stop(immediately: true)
    }

    @Test func beginsAgainWhenTheFirstStartWasKilledHalfway() async throws {
        let cluster = try await TestPostgres.dedicatedCluster(durable: false)
        try await cluster.stop()
        // initdb's work without its end: not at its place, so it is not trusted.
        try FileManager.default.moveItem(
            atPath: cluster.dataDirectory,
            toPath: "\(cluster.dataDirectory).initializing"
        )
        try? FileManager.default.removeItem(atPath: "\(cluster.home)/postgres")
        let again = try await startCluster(home: cluster.home)
        #expect(try await again.psql("SELECT current_database()") == "chorus")
        try await again.stop()
    }
}

import EmbeddedPostgres
import Foundation
import TestSupport
import Testing

@Suite struct ShareACluster {
    @Test func oneOfTwoStartsAtOnceAdoptsTheOthers() async throws {
        let home = try privateHome()
        async let left = startCluster(home: home)
        async let right = startCluster(home: home)
        let clusters = try await [left, right]
        #expect(clusters.map(\.wasAdopted).filter(\.self).count == 1)
        #expect(clusters[0].postmasterPID == clusters[1].postmasterPID)
        #expect(clusters[0].connectionString == clusters[1].connectionString)

        try await clusters[0].stop()
        #expect(try await clusters[1].psql("SELECT 'still here'") == "still here")
        try await clusters[1].stop()
        #expect(!Postmaster.isAlive(clusters[1].postmasterPID))
    }

    @Test func anImmediateStopDoesNotAskOthers() async throws {
        let home = try privateHome()
        let first = try await startCluster(home: home)
        let second = try await startCluster(home: home)
        try await first.stop(immediately: true)
        #expect(!Postmaster.isAlive(second.postmasterPID))
        try await second.stop()
    }

    /// The owner is a second process, which starts the cluster and then kills itself.
    @Test func adoptsWhatAKilledOwnerLeft() async throws {
        if let home = SameTestElsewhere.part {
            // Not in this process's own temporary folder, which the next run sweeps away.
            let folder = URL(fileURLWithPath: home).deletingLastPathComponent().deletingLastPathComponent().path
            var settings = EmbeddedPostgres.Settings(home: home, durable: false, extra: ["shared_buffers": "128MB"])
            settings.sharedDataFolder = "\(folder)/data"
            settings.socketParent = folder
            let cluster = try await EmbeddedPostgres.start(settings)
            _ = try await cluster.psql("CREATE TABLE kept (n int)")
            kill(getpid(), SIGKILL)
        }
        let home = try privateHome()
        let owner = try await SameTestElsewhere.run("adoptsWhatAKilledOwnerLeft", part: home)
        #expect(owner.status == 128 + 9, "\(owner.output)")
        let found = try #require(try EmbeddedPostgres.find(home: home))
        let cluster = try await startCluster(home: home)
        #expect(cluster.wasAdopted)
        #expect(cluster.postmasterPID == found.postmasterPID)
        #expect(try await cluster.psql("SELECT count(*) FROM kept") == "0")
        try await cluster.stop()
        #expect(!Postmaster.isAlive(cluster.postmasterPID))
    }

    @Test func findsOnlyWhatRuns() async throws {
        let home = try privateHome()
        #expect(try EmbeddedPostgres.find(home: home) == nil)
        let cluster = try await startCluster(home: home)
        let found = try #require(try EmbeddedPostgres.find(home: home))
        #expect(found.connectionString == cluster.connectionString)
        #expect(found.wasAdopted)
        #expect(try await found.psql("SELECT 1") == "1")
        try await cluster.stop()
        #expect(try EmbeddedPostgres.find(home: home) == nil)
    }
}

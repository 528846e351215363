import Foundation
import TestSupport
import Testing

@testable import EmbeddedPostgres

@Suite struct StartACluster {
    @Test func worksBelowAFolderThatOnlyWeMayEnter() async throws {
        let cluster = try await startCluster(home: privateHome())
        #expect(!cluster.wasAdopted)
        #expect(try await cluster.psql("SELECT current_user, current_database()") == "chorus|chorus")
        #expect(try await cluster.psql("SELECT usesuper FROM pg_user WHERE usename = current_user") == "t")
        #expect(try await postmaster(reachedBy: cluster) == "\(cluster.postmasterPID)")
        try await cluster.stop()
        #expect(!Postmaster.isAlive(cluster.postmasterPID))
    }

    @Test func worksBelowALongPath() async throws {
        let folder = String(repeating: "长路径 ", count: 15)
        let home = try privateHome(folder)
        #expect(home.utf8.count > 150)
        let cluster = try await startCluster(home: home)
        #expect("\(cluster.socketDirectory)/.s.PGSQL.\(cluster.port)".utf8.count <= 107)
        #expect(try await cluster.psql("SELECT 1") == "1")
        try await cluster.stop()
    }

    /// A normal user is one to whom nothing is handed; when the tests run as root, a second process becomes one.
    @Test func worksAsANormalUser() async throws {
        if geteuid() == 0, SameTestElsewhere.part == nil {
            let second = try await SameTestElsewhere.run("worksAsANormalUser", part: "normal")
            #expect(second.status == 0, "\(second.output)")
            #expect(second.output.contains("served user 65534"), "\(second.output)")
            return
        }
        if SameTestElsewhere.part != nil {
            try #require(SameTestElsewhere.become(uid: 65534, gid: 65534))
        }
        let home = try privateHome()
        let cluster = try await startCluster(home: home)
        #expect(cluster.dataDirectory == "\(cluster.home)/postgres")
        let owner = try FileManager.default.attributesOfItem(atPath: cluster.dataDirectory)[.ownerAccountID] as? UInt32
        #expect(owner == geteuid())
        #expect(try await cluster.psql("SELECT 1") == "1")
        try await cluster.stop()
        print("served user \(geteuid())")
    }

    @Test func listensNowhereButInAPrivateFolder() async throws {
        let cluster = try await startCluster(home: privateHome())
        #expect(try await cluster.psql("SHOW listen_addresses") == "")
        var info = stat()
        #expect(stat(cluster.socketDirectory, &info) == 0)
        #expect(info.st_mode & 0o777 == 0o700)
        #expect(stat(cluster.dataDirectory, &info) == 0)
        #expect(info.st_mode & 0o777 == 0o700)
        try await cluster.stop()
    }

    @Test func keepsWhatItAcknowledgesUnlessToldOtherwise() async throws {
        let home = try privateHome()
        let settings = "SELECT string_agg(setting, ' ' ORDER BY name) FROM pg_settings"
        let names = "WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
        let durable = try await startCluster(home: home, durable: true)
        #expect(try await durable.psql("\(settings) \(names)") == "on on on")
        #expect(try await durable.psql("SHOW server_encoding") == "UTF8")
        let locale = "SELECT datcollate || ' ' || datctype FROM pg_database WHERE datname = 'chorus'"
        #expect(try await durable.psql(locale) == "C.UTF-8 C.UTF-8")
        try await durable.stop()

        let hasty = try await startCluster(home: home, durable: false, extra: ["work_mem": "7MB"])
        #expect(try await hasty.psql("\(settings) \(names)") == "off off on")
        #expect(try await hasty.psql("SHOW work_mem") == "7MB")
        try await hasty.stop()
    }

    @Test func isQuickOnceInitialised() async throws {
        let home = try privateHome()
        try await startCluster(home: home).stop()
        let clock = ContinuousClock()
        let started = clock.now
        let cluster = try await startCluster(home: home)
        // About 0.1 s on a free machine; the bound leaves room for a busy one.
        #expect(clock.now - started < .seconds(5))
        try await cluster.stop()
    }

    @Test(arguments: [(256, 128), (1024, 256), (4096, 1024), (16384, 4096), (65536, 8192)] as [(UInt64, UInt64)])
    func takesAQuarterOfTheMemoryWithinBounds(memory: UInt64, buffers: UInt64) {
        #expect(ClusterConfiguration.sharedBuffers(of: memory * 1_048_576) == buffers)
        let text = ClusterConfiguration(durable: true, extra: [:], memory: memory * 1_048_576).text
        #expect(text.contains("\nshared_buffers = '\(buffers)MB'\n"))
    }
}

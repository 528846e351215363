import Foundation
import TestSupport
import Testing

@testable import EmbeddedPostgres

@Suite struct RefuseToStart {
    /// Root can make a folder that is somebody else's; to anybody else, root's own /usr is one.
    @Test func refusesASocketFolderThatIsNotOurs() throws {
        var foreign = "/usr"
        if geteuid() == 0 {
            foreign = "\(try TestPostgres.temporaryFolder())/foreign-\(UUID().uuidString)"
            #expect(mkdir(foreign, 0o700) == 0)
            #expect(chown(foreign, 65534, 65534) == 0)
        }
        let error = #expect(throws: EmbeddedPostgresError.self) {
            try SocketFolder.claim(foreign, owner: .forNewCluster())
        }
        #expect(error?.code == .folder)
        #expect(error?.location == foreign)
        #expect(error?.description.contains("Somebody else made it") == true)
    }

    @Test func refusesASocketFolderThatOthersMayEnterOrThatIsALink() throws {
        let folder = try TestPostgres.temporaryFolder()
        let owner = try Account.forNewCluster()
        let open = "\(folder)/open-\(UUID().uuidString)"
        try SocketFolder.claim(open, owner: owner)
        try SocketFolder.claim(open, owner: owner)  // the control: a private folder of ours is taken, also again

        let link = "\(folder)/link-\(UUID().uuidString)"
        #expect(symlink(open, link) == 0)
        #expect(throws: EmbeddedPostgresError.self) { try SocketFolder.claim(link, owner: owner) }
        #expect(chmod(open, 0o755) == 0)
        #expect(throws: EmbeddedPostgresError.self) { try SocketFolder.claim(open, owner: owner) }
    }

    @Test func startRefusesAPreparedSocketFolder() async throws {
        let cluster = try await TestPostgres.dedicatedCluster(durable: false)
        try await cluster.stop()
        #expect(symlink("/tmp", cluster.socketDirectory) == 0)
        let error = await #expect(throws: EmbeddedPostgresError.self) {
            _ = try await startCluster(home: cluster.home)
        }
        #expect(error?.code == .folder)
        #expect(error?.location == cluster.socketDirectory)
    }

    @Test func namesThePackageOfAMissingServer() {
        let error = #expect(throws: EmbeddedPostgresError.self) { try Installation.find(version: 3) }
        #expect(error?.code == .notInstalled)
        #expect(error?.advice.contains("apt-get install postgresql-3") == true)
    }

    @Test func tellsWhatIsWrongWithAHalfDeletedDataFolder() async throws {
        let cluster = try await TestPostgres.dedicatedCluster(durable: false)
        try await cluster.stop()
        try FileManager.default.removeItem(atPath: "\(cluster.dataDirectory)/global/pg_control")
        let error = await #expect(throws: EmbeddedPostgresError.self) {
            _ = try await startCluster(home: cluster.home)
        }
        #expect(error?.code == .start)
        #expect(error?.location == cluster.dataDirectory)
        #expect(error?.output.contains("could not find the database system") == true, "\(error?.output ?? "")")
    }

    @Test func refusesAFolderThatHoldsSomethingElse() async throws {
        let home = try privateHome()
        let data = "\(home)/postgres"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        if geteuid() == 0 { #expect(chown(data, 65534, 65534) == 0) }
        let error = await #expect(throws: EmbeddedPostgresError.self) { _ = try await startCluster(home: home) }
        #expect(error?.code == .folder)
        #expect(error?.what.contains("PG_VERSION") == true)
    }

    @Test func saysWhatInitdbSaidOrWhichFolderCannotBeMade() async throws {
        let closed = try privateHome("closed")
        try FileManager.default.createDirectory(
            atPath: closed,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o500]
        )
        var settings = try TestPostgres.clusterSettings(home: "\(closed)/home", durable: false)
        if geteuid() == 0 {
            settings.home = try privateHome()
            settings.sharedDataFolder = "\(closed)/data"
        }
        let error = await #expect(throws: EmbeddedPostgresError.self) { _ = try await EmbeddedPostgres.start(settings) }
        if geteuid() == 0 {
            #expect(error?.code == .initialisation)
            #expect(error?.output.contains("Permission denied") == true, "\(error?.output ?? "")")
        } else {
            #expect(error?.code == .folder)
        }
        #expect(error?.location.hasPrefix(closed) == true)
        #expect(error?.advice.isEmpty == false)
    }
}

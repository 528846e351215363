import EmbeddedPostgres
import Foundation
import TestSupport
import Testing

@Suite struct UseATestDatabase {
    @Test func everyDatabaseIsEmptyAndItsOwn() async throws {
        async let left = TestPostgres.connectionString()
        async let right = TestPostgres.connectionString()
        let (one, other) = try await (left, right)
        #expect(one != other)
        #expect(
            try await run("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace", on: one) == "0"
        )
    }

    @Test func aTemplateIsPreparedOnceAndCopiedEachTime() async throws {
        let prepared = Count()
        let strings = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await TestPostgres.connectionString(template: "one_table") { string in
                        await prepared.increase()
                        _ = try await run("CREATE TABLE copied AS SELECT 1 AS n", on: string)
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(await prepared.value == 1)
        #expect(Set(strings).count == 4)
        _ = try await run("INSERT INTO copied VALUES (2)", on: strings[0])
        #expect(try await run("SELECT count(*) FROM copied", on: strings[0]) == "2")
        #expect(try await run("SELECT count(*) FROM copied", on: strings[1]) == "1")
    }

    @Test func aFailedPreparationReachesEveryCaller() async throws {
        struct Unprepared: Error {}
        for _ in 0..<2 {
            await #expect(throws: Unprepared.self) {
                _ = try await TestPostgres.connectionString(template: "broken") { _ in throw Unprepared() }
            }
        }
    }

    @Test func nothingIsLeftOfARunThatEndedOrWasKilled() async throws {
        if let part = SameTestElsewhere.part {
            let cluster = try await TestPostgres.dedicatedCluster(durable: false)
            FileHandle.standardOutput.write(
                Data("ran \(cluster.postmasterPID) in \(try TestPostgres.temporaryFolder())\n".utf8)
            )
            if part == "killed" { kill(getpid(), SIGKILL) }
            return
        }
        // Apart from all others, whose next run would take away what the killed one leaves; a short name, because of sockets.
        let folders = try TestPostgres.temporaryFolder() + "/r"
        try FileManager.default.createDirectory(atPath: folders, withIntermediateDirectories: false)
        chmod(folders, 0o711)
        func run(_ part: String) async throws -> Command.Result {
            try await SameTestElsewhere.run("nothingIsLeftOfARunThatEndedOrWasKilled", part: part, folders: folders)
        }
        let killed = try await run("killed")
        let first = try #require(killed.output.firstMatch(of: /ran (\d+) in (\S+)/))
        #expect(killed.status == 128 + 9)
        #expect(Postmaster.isAlive(try #require(pid_t(first.1))), "the control: a killed run does leave something")
        #expect(FileManager.default.fileExists(atPath: String(first.2)))

        let ended = try await run("ended")
        #expect(ended.status == 0, "\(ended.output)")
        let second = try #require(ended.output.firstMatch(of: /ran (\d+) in (\S+)/))
        for (pid, folder) in [(first.1, first.2), (second.1, second.2)] {
            #expect(!Postmaster.isAlive(try #require(pid_t(pid))))
            #expect(!FileManager.default.fileExists(atPath: String(folder)))
        }
    }
}

private actor Count {
    private(set) var value = 0

    func increase() { value += 1 }
}

private func run(_ sql: String, on string: String) async throws -> String {
    let result = try await Command(
        "psql",
        ["--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", sql, "-d", string]
    ).run()
    try #require(result.status == 0, "\(result.output)")
    return result.output.trimmingCharacters(in: .newlines)
}

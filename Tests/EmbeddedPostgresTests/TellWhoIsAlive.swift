import Foundation
import TestSupport
import Testing

@testable import EmbeddedPostgres

@Suite struct TellWhoIsAlive {
    /// A second process, since its descriptors are all taken for a while.
    @Test func takesNobodyForDeadWhenDescriptorsRunOut() async throws {
        guard SameTestElsewhere.part != nil else {
            let second = try await SameTestElsewhere.run("takesNobodyForDeadWhenDescriptorsRunOut", part: "starved")
            #expect(second.status == 0, "\(second.output)")
            #expect(second.output.contains("starved and fed"), "\(second.output)")
            return
        }
        let folder = try TestPostgres.temporaryFolder()
        try #require(chdir(folder) == 0)
        let file = Postmaster.path(in: folder)
        try "\(getpid())\n\(folder)\n0\n5432\n\(folder)\n\n\nready\n".write(
            toFile: file,
            atomically: true,
            encoding: .utf8
        )
        var limit = rlimit(rlim_cur: 64, rlim_max: 64)
        #if canImport(Glibc)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
        #else
            try #require(setrlimit(RLIMIT_NOFILE, &limit) == 0)
        #endif
        var taken: [Int32] = []
        while true {
            let descriptor = open("/dev/null", O_RDONLY)
            if descriptor < 0 { break }
            taken.append(descriptor)
        }
        let alive = Postmaster.isAlive(getpid())
        let aliveHere = Postmaster.isAlive(getpid(), in: folder)
        let running = Result { try Postmaster.running(in: folder) }
        let processes = Result { try Postmaster.processes(in: folder) }
        let port = Result { try Postmaster.freePort(in: folder) }
        taken.forEach { close($0) }
        #expect(alive)
        #expect(aliveHere)
        #expect(throws: EmbeddedPostgresError.self) { try running.get() }
        #expect(throws: EmbeddedPostgresError.self) { try processes.get() }
        #expect(throws: EmbeddedPostgresError.self) { try port.get() }

        // The control: with descriptors all of them answer.
        #expect(try Postmaster.running(in: folder)?.pid == getpid())
        #expect(try Postmaster.processes(in: folder).known.isEmpty)
        #expect(try Postmaster.freePort(in: folder) == 5432)
        print("starved and fed")
    }

    @Test func takesAnEndedProcessForDead() async throws {
        let ended = try await Command("/bin/sh", ["-c", "echo $$"]).run()
        let pid = try #require(pid_t(ended.output.trimmingCharacters(in: .newlines)))
        #expect(!Postmaster.isAlive(pid))
        #expect(!Postmaster.isAlive(pid, in: "/"))
        let elsewhere = try TestPostgres.temporaryFolder()
        #expect(!Postmaster.isAlive(getpid(), in: elsewhere), "alive, and working elsewhere")
    }

    /// An administrator's shell, say, or a backup.
    @Test func leavesAloneWhoElseWorksInTheDataFolder() async throws {
        let cluster = try await TestPostgres.dedicatedCluster(durable: false)
        let data = cluster.dataDirectory
        let known = try Postmaster.processes(in: data).known
        #expect(known.contains(cluster.postmasterPID), "the control: PostgreSQL's own are found")

        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(null) }
        let other = try Command("/bin/sh", ["-c", "cd \"$0\" && exec sleep 600", data]).detach(output: null) { _ in }
        defer { kill(other, SIGKILL) }
        try await until { Postmaster.isAlive(other, in: data) }
        #expect(try !Postmaster.processes(in: data).known.contains(other))

        kill(cluster.postmasterPID, SIGKILL)
        let again = try await startCluster(home: cluster.home)
        #expect(Postmaster.isAlive(other, in: data))
        try await again.stop()
    }
}

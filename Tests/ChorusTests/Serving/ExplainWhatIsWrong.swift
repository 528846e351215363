import Testing

@testable import chorus

@Suite(.timeLimit(.minutes(5))) struct ExplainWhatIsWrong {
    /// One line, with advice, and no dump of Swift's.
    private func expectComplaint(_ ended: Binary.Ended, _ words: String) {
        #expect(ended.status == 1)
        let complaints = ended.errors.split(separator: "\n").filter { $0.hasPrefix("chorus: ") }
        #expect(complaints.count == 1, "\(ended.errors)")
        #expect(ended.complaint.contains(words), "\(ended.errors)")
        #expect(!ended.errors.contains("Error("))
    }

    @Test func anAddressInUse() async throws {
        try await Server.with(try await Installation.onDatabase()) { server in
            let address = String(server.url.dropFirst("http://".count))
            let other = try await Installation.onDatabase().with("CHORUS_ADDRESS", address)
            let ended = try await Binary.run(["serve"], in: other)
            expectComplaint(ended, "\(address) is in use by another program")
        }
    }

    @Test(arguments: [
        ("postgresql://nobody@127.0.0.1:1/none", "PostgreSQL cannot be reached"),
        ("postgresql://[bad", "DATABASE_URL cannot be read"),
    ])
    func aDatabaseThatIsNotThere(url: String, words: String) async throws {
        let installation = try Installation.embedded().with("DATABASE_URL", url)
        expectComplaint(try await Binary.run(["serve"], in: installation), words)
    }

    @Test func aDatabaseThatDoesNotExist() async throws {
        let installation = try await Installation.onDatabase()
        let url = try #require(installation.environment["DATABASE_URL"])
        let other = url.replacing(/\/test_\d+\?/, with: "/never_created?")
        let ended = try await Binary.run(["serve"], in: installation.with("DATABASE_URL", other))
        expectComplaint(ended, "PostgreSQL refuses: database \"never_created\" does not exist. Check user")
    }

    @Test func aUserWithoutRights() async throws {
        let installation = try await Installation.onDatabase()
        let url = try #require(installation.environment["DATABASE_URL"])
        _ = try await Query.number("CREATE ROLE without_rights LOGIN", at: url)
        let weak = ConnectionText.replacingUser(of: url, with: "without_rights")
        let ended = try await Binary.run(["serve"], in: installation.with("DATABASE_URL", weak))
        expectComplaint(ended, "lacks a right: permission denied for database")
    }

    @Test func aDatabaseThatCouldForget() async throws {
        let installation = try await Installation.onDatabase().with("CHORUS_ALLOW_VOLATILE_DATABASE", "0")
        expectComplaint(try await Binary.run(["serve"], in: installation), "fsync = off")
    }

    /// Whoever reads the output may have seen enough; a pipe without a reader is what is left of `| head -1`.
    @Test func nobodyReadsTheOutput() async throws {
        let pipe =
            #"d=$(mktemp -d); mkfifo "$d/p"; exec 3<>"$d/p" 4>"$d/p" 3>&-; rm -r "$d"; "$0" taxonomy default >&4"#
        let ended = try await Running(
            ["-c", pipe, Binary.path()],
            in: Installation.embedded(),
            program: "/bin/bash"
        ).end()
        #expect(ended.status == 128 + 13)
        #expect(ended.errors == "")
    }

    @Test func theOutputCannotBeWritten() async throws {
        let ended = try await Running(
            ["-c", #""$0" taxonomy default >/dev/full"#, Binary.path()],
            in: Installation.embedded(),
            program: "/bin/bash"
        ).end()
        expectComplaint(ended, "the output cannot be written: No space left on device")
    }

    @Test func commandsBeforeTheFirstStart() async throws {
        let empty = try Installation.embedded()
        expectComplaint(try await Binary.run(["keys", "list"], in: empty), "Run `chorus serve` there first")
        let unmigrated = try await Installation.onDatabase()
        expectComplaint(try await Binary.run(["keys", "list"], in: unmigrated), "Run: chorus migrate")
    }

    @Test(arguments: [["--help"], ["serve", "--help"], ["keys"], ["help", "keys", "create"]])
    func helpIsNoComplaint(arguments: [String]) async throws {
        let ended = try await Binary.run(arguments, in: try Installation.embedded())
        #expect(ended.status == 0)
        #expect(ended.output.contains("USAGE: chorus") && ended.errors.isEmpty, "\(ended.errors)")
    }

    @Test func wrongSettings() async throws {
        let installation = try await Installation.onDatabase()
        expectComplaint(try await Binary.run(["serve", "--address", "8080"], in: installation), "write host:port")
        expectComplaint(try await Binary.run(["serve", "--timezone", "Mars"], in: installation), "IANA name")
        let elsewhere = installation.with("CHORUS_TIMEZONE", "Mars")
        expectComplaint(try await Binary.run(["serve"], in: elsewhere), "IANA name")
        expectComplaint(try await Binary.run(["serve", "--log-level", "loud"], in: installation), "not a log level")
    }
}

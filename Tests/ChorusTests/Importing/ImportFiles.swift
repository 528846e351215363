import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct ImportFiles {
    @Test func theSameFileAgainAddsNothingAlsoWithAnotherKey() async throws {
        let installation = try await Installation.onDatabase()
        let file = try installation.file("rows.ndjson", Rows.ndjson(1_200))
        let command = ["import", "feedback", file, "--json"] + Rows.mapping
        try await Server.with(installation) { server in
            let first = try await server.command(command + ["--release"])
            #expect(first.status == 0, "\(first.errors)")
            #expect(try Totals(first) == Totals(1_200, stored: 1_200, alreadyThere: 0, refused: 0))
            // By this command or, on a slow machine, by the server itself meanwhile.
            let isPublished = try await Query.number(
                """
                SELECT
                    (max(position) FILTER (WHERE type = 'ReleasePublished')
                        > max(position) FILTER (WHERE type = 'FeedbackReceived'))::integer::bigint
                FROM log.events
                """,
                at: try #require(installation.environment["DATABASE_URL"])
            )
            #expect(isPublished == 1, "\(first.output)")

            let second = try await server.command(command + ["--release"])
            #expect(second.status == 0)
            #expect(try Totals(second) == Totals(1_200, stored: 0, alreadyThere: 1_200, refused: 0))
            #expect(second.errors.contains("Nothing to publish"))

            let made = try await server.command(["keys", "create", "--name", "other", "--scope", "collector"])
            let other = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let third = try await server.command(command + ["--key", other])
            #expect(try Totals(third) == Totals(1_200, stored: 0, alreadyThere: 1_200, refused: 0))
        }
    }

    @Test func withoutExternalIdsTheFileItselfIsKnownAgain() async throws {
        let installation = try await Installation.onDatabase()
        let file = try installation.file(
            "letters.csv",
            "Letter,Place\n\"one, and\nmore\",North\ntwo,\n\"three\",South\n"
        )
        let command = [
            "import", "feedback", file, "--json", "--map", "text=Letter,place=Place", "--set", "channel=letter",
        ]
        try await Server.with(installation) { server in
            let first = try await server.command(command)
            #expect(try Totals(first) == Totals(3, stored: 3, alreadyThere: 0, refused: 0), "\(first.errors)")
            let second = try await server.command(command)
            #expect(try Totals(second) == Totals(3, stored: 0, alreadyThere: 3, refused: 0))

            // The control: another key is another sender, and only externalIds would tell that the rows are the same.
            let made = try await server.command(["keys", "create", "--name", "other", "--scope", "collector"])
            let other = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let third = try await server.command(command + ["--key", other])
            #expect(try Totals(third) == Totals(3, stored: 3, alreadyThere: 0, refused: 0))
        }
    }

    @Test func refusedLinesAreNamedAndAllOthersStored() async throws {
        let installation = try await Installation.onDatabase()
        var lines = Rows.ndjson(20).split(separator: "\n").map(String.init)
        lines[2] = #"{"id":"a","detail":"words","likes":-1}"#
        lines[5] = "{ not json"
        lines[6] = "{ nor this"
        lines[9] = #"{"id":"b","likes":1}"#
        let file = try installation.file("rows.ndjson", lines.joined(separator: "\n"))
        try await Server.with(installation) { server in
            let ended = try await server.command(["import", "feedback", file, "--json"] + Rows.mapping)
            #expect(ended.status == 1)
            #expect(try Totals(ended) == Totals(20, stored: 16, alreadyThere: 0, refused: 4))
            #expect(ended.errors.contains("1 × reportedSupport: must be a whole number from 0  (line 3)"))
            #expect(ended.errors.contains("(line 6, 7)"))
            #expect(ended.errors.contains("1 × text: must be given  (line 10)"))
        }
    }

    @Test func nothingIsSentWhenTheMappingDoesNotFit() async throws {
        let installation = try await Installation.onDatabase()
        let file = try installation.file("rows.ndjson", Rows.ndjson(3))
        let zoneless = Array(Rows.mapping.dropLast(2))
        try await Server.with(installation) { server in
            let noZone = try await server.command(["import", "feedback", file] + zoneless)
            #expect(noZone.status == 1)
            #expect(noZone.complaint.contains("line 1: occurredAt: the time has no offset"))
            #expect(noZone.complaint.contains("9999-99-99 99:99:99"))
            let typo = try await server.command(["import", "feedback", file, "--map", "text=detial"])
            #expect(typo.complaint.contains("has a field detial; the first one has: id, user, time, detail, likes"))
            let csv = try installation.file("rows.csv", "a,b\n1,2\n")
            let column = try await server.command(["import", "feedback", csv, "--map", "text=c"])
            #expect(column.complaint.contains("has no column c; it has: a, b"))
            let after = try await server.command(["import", "feedback", file, "--json"] + Rows.mapping)
            #expect(try Totals(after) == Totals(3, stored: 3, alreadyThere: 0, refused: 0))
        }
    }

    @Test func whatTheFileSaysAnewIsRefusedOrAmended() async throws {
        let installation = try await Installation.onDatabase()
        let before = try installation.file("before.ndjson", Rows.ndjson(6))
        let changed = Rows.ndjson(6).replacing("wish number 3", with: "another wish")
        let after = try installation.file("after.ndjson", changed)
        try await Server.with(installation) { server in
            let first = try await server.command(["import", "feedback", before, "--json"] + Rows.mapping)
            #expect(try Totals(first) == Totals(6, stored: 6, alreadyThere: 0, refused: 0), "\(first.errors)")
            let command = ["import", "feedback", after, "--json"] + Rows.mapping
            let refused = try await server.command(command + ["--on-change", "refuse"])
            #expect(try Totals(refused) == Totals(6, stored: 0, alreadyThere: 5, refused: 1))
            #expect(refused.status == 1 && refused.errors.contains("other content"))
            let amended = try await server.command(command + ["--on-change", "amend"])
            #expect(try Totals(amended) == Totals(6, stored: 1, alreadyThere: 5, refused: 0), "\(amended.errors)")
            let again = try await server.command(command + ["--on-change", "amend"])
            #expect(try Totals(again) == Totals(6, stored: 0, alreadyThere: 6, refused: 0))
            let word = try await server.command(command + ["--on-change", "replace"])
            #expect(word.status == 64)
        }
    }

    @Test func aKeyThatMayNotImportIsExplained() async throws {
        let installation = try await Installation.onDatabase()
        let file = try installation.file("rows.ndjson", Rows.ndjson(3))
        let command = ["import", "feedback", file] + Rows.mapping
        try await Server.with(installation) { server in
            let unknown = try await server.command(command + ["--key", "chorus_sk_unknown"])
            #expect(unknown.status == 1)
            #expect(unknown.complaint.contains("does not know the key"))
            let made = try await server.command(["keys", "create", "--name", "reads", "--scope", "analyst"])
            let analyst = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let forbidden = try await server.command(command + ["--key", analyst])
            #expect(forbidden.complaint.contains("needs the scope collector"))
        }
    }

    /// With externalId mapped, a row that has none is known by its place in the file.
    @Test func rowsWithoutAnIdAreNotStoredTwice() async throws {
        let installation = try await Installation.onDatabase()
        let rows = #"{"id":"1","detail":"a"}"# + "\n" + #"{"detail":"b"}"# + "\n" + #"{"id":"","detail":"c"}"# + "\n"
        let file = try installation.file("gaps.ndjson", rows)
        try await Server.with(installation) { server in
            let command = [
                "import", "feedback", file, "--json", "--map", "text=detail,externalId=id", "--set", "source=gaps",
            ]
            let first = try await server.command(command)
            #expect(try Totals(first) == Totals(3, stored: 3, alreadyThere: 0, refused: 0))
            let second = try await server.command(command)
            #expect(try Totals(second) == Totals(3, stored: 0, alreadyThere: 3, refused: 0))
        }
    }
}

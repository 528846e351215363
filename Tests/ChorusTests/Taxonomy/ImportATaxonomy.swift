import Foundation
import JSONText
import Testing

@Suite(.timeLimit(.minutes(5))) struct ImportATaxonomy {
    @Test func replacesTheOneThatEveryTenantStartsWith() async throws {
        let installation = try await Installation.onDatabase()
        let file = try installation.file("taxonomy.csv", "level1,level2,keywords\n住房,维修,漏水\n住房,,小区\n")
        let bad = try installation.file("bad.csv", "level1,level2\nA,B\n,B\nA,B\n")
        try await Server.with(installation) { server in
            let shown = try await server.command(["taxonomy", "show", "--json"])
            let before = try JSONValue.parse(shown.output)
            #expect(before["version"]?.int == 1)
            #expect((before["categories"]?.array?.count ?? 0) > 30)

            let refused = try await server.command(["import", "taxonomy", bad])
            #expect(refused.status == 1)
            #expect(refused.errors.contains("line 3, level1: must be given: a level below it is"))
            #expect(refused.errors.contains("line 4, level2: is named by line 2 already"))

            let first = try await server.command(["import", "taxonomy", file])
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.errors.contains("Published version 2: 2 categories."))
            let again = try await server.command(["import", "taxonomy", file, "--json"])
            #expect(again.status == 0)
            #expect(try JSONValue.parse(again.output)["isNew"]?.bool == false)

            let after = try await server.command(["taxonomy", "show"])
            #expect(after.output.contains("住房/维修"))
            let old = try await server.command(["taxonomy", "show", "--of-version", "3"])
            #expect(old.status == 1)
            let missing = try await server.command(["import", "taxonomy", "nowhere.csv"])
            #expect(missing.complaint.contains("nowhere.csv cannot be read"))
        }
    }

    @Test func aFileSaysWhatBecomesOfDemands() async throws {
        let installation = try await Installation.onDatabase()
        let first = try installation.file("first.csv", "level1\nlamps\nroads\n")
        let header = "level1,change,from,to\nlight,,,\n"
        let silent = try installation.file("silent.csv", "level1\nlight\n")
        let wrong = try installation.file("wrong.csv", header + ",rename,lamps,lihgt\n")
        let right = try installation.file("right.csv", header + ",rename,lamps,light\n,merge,roads,light\n")
        let messages = try installation.file("messages.ndjson", #"{"text":"dark","category":"lamps"}"# + "\n")
        try await Server.with(installation) { server in
            let imported = try await server.command(["import", "taxonomy", first])
            #expect(imported.status == 0, "\(imported.errors)")
            let sent = try await server.command([
                "import", "feedback", messages, "--map", "text=text,category=category",
            ])
            #expect(sent.status == 0, "\(sent.errors)")
            let gone = try await server.command(["import", "taxonomy", silent])
            #expect(gone.status == 1)
            #expect(
                gone.errors.contains("a category that demands may be in is gone: lamps. Say where"),
                "\(gone.errors)"
            )
            let refused = try await server.command(["import", "taxonomy", wrong])
            #expect(refused.status == 1)
            #expect(refused.errors.contains("line 3, to: must be codes of the new version"), "\(refused.errors)")
            let published = try await server.command(["import", "taxonomy", right])
            #expect(published.status == 0, "\(published.errors)")
            let shown = try await server.command(["taxonomy", "show"])
            #expect(shown.errors.contains("rename: lamps -> light") && shown.errors.contains("merge: roads -> light"))
        }
    }

    @Test func theDefaultCanBeImportedAndIsTheSame() async throws {
        let installation = try await Installation.onDatabase()
        try await Server.with(installation) { server in
            let printed = try await server.command(["taxonomy", "default"])
            let file = try installation.file("default.csv", printed.output)
            let again = try await server.command(["import", "taxonomy", file])
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.errors.contains("already; nothing was changed"))
        }
    }
}

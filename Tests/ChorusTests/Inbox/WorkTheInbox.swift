import Foundation
import JSONText
import Testing

/// A reviewer's day at the prompt.
@Suite(.timeLimit(.minutes(5))) struct WorkTheInbox {
    private static let messages = """
        {"text":"The lamp in Mill Lane is dark, call 5551234","id":"1"}
        {"text":"The lamp in Hill Road is dark","id":"2"}
        {"text":"He takes bribes","id":"3","kind":"report"}
        """
    private static let organizations = """
        code,name,parent
        city,City,
        roads,Roads,city
        lamps,Lamps,roads
        """

    /// A server with two demands and a report, and the ids of the demands.
    private func withDemands(_ body: (_ server: Server, _ ids: [String]) async throws -> Void) async throws {
        let installation = try await Installation.onDatabase()
        let messages = try installation.file("messages.ndjson", Self.messages)
        let organizations = try installation.file("organizations.csv", Self.organizations)
        try await Server.with(installation) { server in
            try await done(server, ["import", "organizations", organizations])
            try await done(
                server,
                [
                    "import", "feedback", messages, "--map", "text=text,externalId=id,kind=kind", "--set",
                    "source=test",
                ]
            )
            let demands = try await inbox(server) { $0.count == 3 }
            let ids = demands.filter { $0["isReport"]?.bool == false }.compactMap { $0["id"]?.string }
            try #require(ids.count == 2)
            try await body(server, ids)
        }
    }

    @discardableResult
    private func done(_ server: Server, _ arguments: [String]) async throws -> Binary.Ended {
        let ended = try await server.command(arguments)
        try #require(ended.status == 0, "\(arguments): \(ended.errors)")
        return ended
    }

    /// What the inbox lists, once it is as expected.
    @discardableResult
    private func inbox(
        _ server: Server,
        _ filters: [String] = [],
        until isReached: ([JSONValue]) -> Bool
    ) async throws -> [JSONValue] {
        while true {
            let listed = try await done(server, ["inbox", "--json"] + filters)
            let demands = try JSONValue.parse(listed.output)["demands"]?.array ?? []
            if isReached(demands) { return demands }
            try Task.checkCancellation()
        }
    }

    @Test(.timeLimit(.minutes(2))) func fromTheListToTheAnswer() async throws {
        try await withDemands { server, ids in
            let listed = try await done(server, ["inbox"])
            #expect(listed.output.contains("DEMAND") && listed.output.contains("The lamp in Hill Road is dark"))
            #expect(listed.output.contains("(a report: chorus inbox show)") && !listed.output.contains("bribes"))
            #expect(try await done(server, ["inbox", "--limit", "1"]).errors.contains("There are more"))

            let routed = try await done(
                server,
                ["inbox", "route", ids[0], "--responsible", "lamps", "--steward", "roads", "--reason", "A lamp"]
            )
            #expect(routed.errors.contains("received, lamps is responsible, roads stands for it"), "\(routed.errors)")
            try await done(server, ["inbox", "claim", ids[0]])
            try await inbox(server, ["--claimed", "mine"]) { $0.count == 1 }
            try await inbox(server, ["--unrouted"]) { $0.count == 2 }
            #expect(try await done(server, ["inbox", "--overdue"]).errors.contains("Nothing waits here"))
            try await done(server, ["inbox", "unclaim", ids[0]])
            #expect(try await done(server, ["inbox", "accept", ids[0]]).errors.contains("accepted, lamps"))
            #expect(try await done(server, ["inbox", "start", ids[0]]).errors.contains("in_progress, lamps"))
            #expect(try await done(server, ["inbox", "escalate", ids[0]]).errors.contains("roads sees it too"))
            try await done(server, ["inbox", "mask", ids[0], "--spans", "36-43"])

            let shown = try await done(server, ["inbox", "show", ids[0]])
            #expect(shown.output.contains("dark, call ███████") && !shown.output.contains("5551234"), "\(shown.output)")
            #expect(shown.output.contains("routed by reviewer\n  A lamp"), "\(shown.output)")
            #expect(shown.output.contains("revision 6"), "\(shown.output)")

            // Somebody else was first: what it is now is said, and nothing is changed.
            let late = try await server.command(["inbox", "reply", ids[0], "--text", "New lamp", "--revision", "2"])
            #expect(
                late.status == 1
                    && late.complaint.contains("was changed since; nothing was done. If it still holds, add"),
                "\(late.errors)"
            )
            #expect(late.errors.contains("is now: in_progress, lamps is responsible"), "\(late.errors)")
            let answered = try await done(
                server,
                ["inbox", "reply", ids[0], "--text", "A new lamp was put up.", "--revision", "6"]
            )
            #expect(answered.errors.contains("answered, lamps is responsible"), "\(answered.errors)")
            #expect(try await done(server, ["inbox", "close", ids[0]]).errors.contains("closed, lamps"))
            let closed = try await server.command(["inbox", "accept", ids[0]])
            #expect(closed.status == 1 && closed.errors.contains("is now: closed"), "\(closed.errors)")
            let reopened = try await done(server, ["inbox", "reopen", ids[0], "--reason", "Dark again"])
            #expect(reopened.errors.contains("reopened, lamps"), "\(reopened.errors)")
            let declined = try await done(server, ["inbox", "decline", ids[0], "--reason", "A private lamp"])
            #expect(declined.errors.contains("roads is responsible"), "\(declined.errors)")
            let duplicate = try await done(server, ["inbox", "duplicate", ids[0], "--of", ids[1]])
            #expect(duplicate.errors.contains("duplicate, roads is responsible, \(ids[1]) stands for it"))
        }
    }

    @Test(.timeLimit(.minutes(2))) func severalAreAnsweredAtOnce() async throws {
        try await withDemands { server, ids in
            let file = try server.installation.file("answer.txt", "The lamps are new.\n")
            try await done(server, ["inbox", "refuse", ids[0], "--reason", "No lamp is there"])
            let answered = try await server.command(
                ["inbox", "reply"] + ids + ["--file", file, "--organization", "lamps"]
            )
            #expect(answered.status == 1, "one was refused")
            #expect(answered.errors.contains("\(ids[0]): the demand is refused and takes no reply"))
            #expect(answered.errors.contains("1 answered, 1 refused"), "\(answered.errors)")
            let shown = try await done(server, ["inbox", "show", ids[1]])
            #expect(shown.output.contains("lamps answered\n  The lamps are new.\n"), "\(shown.output)")
            let received = try await done(server, ["inbox", "reply", ids[1], "--text", "留言已收悉"])
            #expect(received.errors.contains("only acknowledge"), "\(received.errors)")
        }
    }

    @Test(.timeLimit(.minutes(2))) func aReplyThatIsGivenTwiceIsRecordedOnce() async throws {
        try await withDemands { server, ids in
            func replies(_ id: String) async throws -> [JSONValue] {
                let shown = try await done(server, ["inbox", "show", id, "--json"])
                return try JSONValue.parse(shown.output)["handling"]?["replies"]?.array ?? []
            }
            func reply(_ ids: [String], _ further: [String] = []) async throws -> Binary.Ended {
                try await server.command(["inbox", "reply"] + ids + ["--text", "The lamps are new."] + further)
            }

            let first = try await reply([ids[0]])
            #expect(first.status == 0 && !first.errors.contains("before"), "\(first.errors)")
            let again = try await reply([ids[0]])
            #expect(again.status == 0 && again.errors.contains("got these words before, and was then: answered"))
            // Over several, of which one has it.
            let both = try await reply(ids)
            #expect(both.status == 0 && both.errors.contains("2 answered"), "\(both.errors)")
            for id in ids { #expect(try await replies(id).count == 1) }
            try await done(server, ["inbox", "reply", ids[0], "--text", "So is the post."])
            #expect(try await replies(ids[0]).count == 2, "other words")

            // Whoever is not content is not answered by what was said before.
            try await done(server, ["inbox", "reopen", ids[1], "--reason", "Dark again"])
            let late = try await reply(ids)
            #expect(late.status == 1 && late.errors.contains("1 answered, 1 open again"), "\(late.errors)")
            let revision = try #require(
                late.errors.split(separator: "\n").first { $0.contains(ids[1]) }?.split(separator: " ").last
            )
            // Also when it is answered by itself.
            let alone = try await reply([ids[1]])
            #expect(alone.status == 1 && alone.errors.contains("--revision \(revision)"), "\(alone.errors)")
            let anew = try await reply([ids[1]], ["--revision", String(revision)])
            #expect(anew.status == 0 && anew.errors.contains("\(ids[1]): answered"), "\(anew.errors)")
            #expect(try await reply([ids[1]], ["--revision", String(revision)]).errors.contains("before"))
            #expect(try await replies(ids[1]).count == 2)
        }
    }

    @Test func routingIsPublishedAndShown() async throws {
        let installation = try await Installation.onDatabase()
        let organizations = try installation.file("organizations.csv", Self.organizations)
        let rules = try installation.file(
            "routing.json",
            #"{"routes":[{"kind":"complaint","responsible":"lamps"}],"deadlines":[{"hours":72}]}"#
        )
        let wrong = try installation.file("wrong.json", #"{"routes":[{"responsible":"nobody"}]}"#)
        try await Server.with(installation) { server in
            let none = try await server.command(["routing", "show"])
            #expect(none.status == 1 && none.complaint.contains("no routing was published yet"), "\(none.errors)")
            try await done(server, ["import", "organizations", organizations])
            #expect(try await done(server, ["routing", "publish", rules]).errors.contains("Published version 1."))
            let again = try await done(server, ["routing", "publish", rules])
            #expect(again.errors.contains("has these rules already"), "\(again.errors)")
            let shown = try await done(server, ["routing", "show"])
            #expect(shown.output.contains("*         complaint  *      *      lamps"), "\(shown.output)")
            #expect(shown.output.contains("72") && shown.errors.contains("Readers of reports: administrators"))
            let refused = try await server.command(["routing", "publish", wrong])
            #expect(refused.status == 1 && refused.errors.contains("/routes/0/responsible: must be the code"))
        }
    }

    @Test func saysWhatIsWrong() async throws {
        let installation = try await Installation.onDatabase()
        let nobody = "00000000-0000-8000-8000-000000000000.1"
        try await Server.with(installation) { server in
            let cases: [([String], String)] = [
                (["inbox", "show", nobody], "there is no demand \(nobody)"),
                (["inbox", "claim", "x"], "there is no demand x"),
                (["inbox", "--state", "lost"], "state"),
                (["inbox", "--limit", "0"], "limit"),
                (["inbox", "reply", nobody], "--text or by --file"),
                (["inbox", "reply", nobody, "--text", "a", "--file", "b"], "one of both"),
                (["inbox", "reply", nobody, "--file", "nowhere.txt"], "cannot be read"),
                (["inbox", "reply", "x", "y", "--text", "a"], "must be ids of demands"),
                (["inbox", "reply", "x", "y", "--text", "a", "--revision", "1"], "goes with one demand"),
                (["inbox", "mask", nobody, "--spans", "3-3"], "3-3 is no span"),
                (["inbox", "mask", nobody, "--spans", "3-10,x"], "x is no span"),
                (["inbox", "duplicate", nobody, "--of", "x"], "of: must be"),
                (["inbox", "--key", "wrong"], "does not know the key"),
                (["routing", "publish", "nowhere.json"], "cannot be read"),
            ]
            for (arguments, words) in cases {
                let ended = try await server.command(arguments)
                #expect(ended.status == 1 && ended.complaint.contains(words), "\(arguments): \(ended.errors)")
            }
            let key = try await server.command(["keys", "create", "--name", "desk", "--scope", "collector"])
            let trimmed = key.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let forbidden = try await server.command(["inbox", "--key", trimmed])
            #expect(forbidden.complaint.contains("needs the scope reviewer or admin"), "\(forbidden.errors)")
        }
    }
}

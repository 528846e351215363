import ArgumentParser
import EventSourcing
import Foundation
import JSONText

extension InboxCommand {
    enum Claimed: String, CaseIterable, ExpressibleByArgument {
        case mine
        case nobody
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the demands that wait, what is urgent first, then what is due first.",
            discussion: """
                Without --state those that are open: received, accepted, in_progress, reopened. The words of reports are not \
                listed: `show` reads one, for those who may, and the reading is recorded.

                Examples:
                  chorus inbox
                  chorus inbox --overdue --claimed nobody
                  chorus inbox --unrouted --limit 200
                  chorus inbox --responsible roads --state answered --json
                """
        )

        @Option(help: "Only those in this state: received, accepted, in_progress, answered, closed, refused, …")
        var state: String?

        @Flag(help: "Only those whose answer was due.")
        var overdue = false

        @Flag(help: "Only urgent ones.")
        var urgent = false

        @Flag(help: "Only those that nobody is responsible for.")
        var unrouted = false

        @Option(help: "Only those that this key has in hand (mine), or nobody has (nobody).")
        var claimed: Claimed?

        @Option(help: "Only those that this organization is responsible for, by its code.")
        var responsible: String?

        @Option(help: "How many, from 1 to 200.")
        var limit = 50

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try await server.client()
            let asked = try await client.get(
                ["inbox"],
                [
                    ("state", state), ("overdue", overdue ? "true" : nil), ("urgent", urgent ? "true" : nil),
                    ("unrouted", unrouted ? "true" : nil), ("claimed", claimed?.rawValue),
                    ("responsible", responsible), ("limit", "\(limit)"),
                ]
            )
            let answer = try asked.accepted(from: client.url, scopes: InboxCommand.scopes)
            if server.json { return Console.result(asked.text) }
            let demands = answer["demands"]?.array ?? []
            Table(ShownDemand.header).show(demands.map { ShownDemand(json: $0, now: InboxCommand.now).row })
            if demands.isEmpty { Console.note("Nothing waits here.") }
            if asked.hasMore { Console.note("There are more: --limit takes up to 200, or ask for fewer.") }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a demand: its words, where it stands, every answer, its history.",
            discussion: """
                The words of a report are for its named readers only, and reading them is recorded.

                Example:
                  chorus inbox show 3f0c…-….1
                """
        )

        @Argument(help: "The demand's id.")
        var demand: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try await server.client()
            let asked = try await client.get(["demands", demand])
            // A key that may not read the words of a report is told so; its scope is not what is wrong.
            if asked.status == 403, asked.body["code"]?.string == "named-readers-only" {
                throw Complaint("the server refuses: \(asked.body["detail"]?.string ?? "")")
            }
            let answer = try asked.accepted(
                from: client.url,
                scopes: InboxCommand.scopes,
                missing: InboxCommand.missing(demand)
            )
            if server.json { return Console.result(asked.text) }
            for line in ShownDemand(json: answer, now: InboxCommand.now).lines { Console.result(line) }
        }
    }

    static var now: Timestamp {
        Timestamp(microsecondsSince1970: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
    }
}

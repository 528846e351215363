import ArgumentParser
import Topics

/// `chorus topics find`.
struct FindTopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Find the topics of the messages of a file and print them, the hottest first.",
        discussion: """
            Reads NDJSON (one object a line) or CSV with the fields id, user, time, subject, detail (or text) and likes; \
            any of them may be missing. Messages are placed in the order of time, then id, as if they came into a log so; \
            times without an offset are read as UTC. Nothing is stored.

            PEOPLE are different known persons, WORDINGS different wordings, SUPPORT the reported likes: beside people, \
            never added to them. HEAT counts people by how lately they spoke, with a capped part for support; PEOPLE-HEAT \
            is the same without support. Both need at least 5 people. A title is proposed from phrases that at least \
            --minimum people used.

            Examples:
              chorus topics find messages.ndjson
              chorus topics find messages.ndjson --by people --limit 50
              chorus topics find messages.ndjson --json > topics.ndjson
            """
    )

    @Argument(help: "The .ndjson or .csv file.")
    var file: String

    @Option(help: "What topics are ranked by: heat, people or heat-without-support.")
    var by = TopicTally.Ranking.heat

    @Option(help: "How many topics are printed; with --json all unless given.")
    var limit: Int?

    @Option(help: "How many people must have used a phrase before a title holds it.")
    var minimum = 5

    @Option(help: "The time at which heat is taken, RFC 3339; without it that of the last message.")
    var now: String?

    @Flag(help: "Print one JSON object a topic and line, with the ids of its messages.")
    var json = false

    func run() async throws {
        guard limit ?? 1 >= 1 else { throw Complaint("--limit takes a number from 1 on") }
        guard minimum >= 2 else { throw Complaint("--minimum takes a number from 2 on: a title is never one person's") }
        let messages = try await TopicMessages(ImportFile(file))
        let report = TopicReport(messages, minimum: minimum, now: try messages.time(now))
        let topics = report.topics.sorted { by.precedes($0.tally, $1.tally) }
        let shown = topics.prefix(limit ?? (json ? topics.count : 20))
        if json {
            for topic in shown { Console.result(String(decoding: topic.json, as: UTF8.self)) }
            return
        }
        Console.note(
            "\(messages.all.count) messages, \(topics.count) topics, of which \(topics.count { $0.tally.demands > 1 }) have "
                + "more than one message; \(report.withoutTopic) messages without words to compare"
        )
        Table(TopicReport.header).show(shown.enumerated().map { $1.row(rank: $0 + 1) })
    }
}

extension TopicTally.Ranking: ExpressibleByArgument {}

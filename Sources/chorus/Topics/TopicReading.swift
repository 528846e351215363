import ArgumentParser
import JSONText

extension TopicsCommand {
    enum Order: String, CaseIterable, ExpressibleByArgument {
        case heat
        case people
        case latest
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the topics that stand, the hottest first.",
            discussion: """
                PEOPLE are different known persons; UNKNOWN are demands whose sender is not known; SUPPORT is reported \
                likes and signatures, beside people. LATELY are the people of the last four weeks, in brackets those of the four \
                before; PLACE is the one that most demands name. HEAT counts people by how lately they spoke and is empty below five of \
                them. A title with * may be seen by everybody.

                Examples:
                  chorus topics list
                  chorus topics list --order people --limit 20
                """
        )

        @Option(help: "What comes first.")
        var order = Order.heat

        @Option(help: "How many, from 1 to 1000.")
        var limit = 100

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try await server.client()
            let asked = try await client.get(["topics"], [("order", order.rawValue), ("limit", "\(limit)")])
            let answer = try asked.accepted(from: client.url, scopes: TopicsCommand.scopes)
            if server.json { return Console.result(asked.text) }
            let topics = answer["topics"]?.array ?? []
            Table([
                "TOPIC", "TITLE", "CATEGORY", "DEMANDS", "PEOPLE", "UNKNOWN", "SUPPORT", "HEAT", "LATELY", "LAST",
                "PLACE",
            ])
            .show(topics.map(Self.row))
            if topics.isEmpty { Console.note("No topic yet: the finder gathers demands as they come in.") }
        }

        private static func row(_ topic: JSONValue) -> [String] {
            [
                topic["topic"]?.string ?? "", TopicsCommand.title(topic), topic["category"]?.string ?? "",
                TopicsCommand.number(topic["demands"]), TopicsCommand.number(topic["people"]),
                TopicsCommand.number(topic["unidentified"]), TopicsCommand.number(topic["reportedSupport"]),
                topic["heat"]?.double.map { "\($0)" } ?? "",
                "\(TopicsCommand.number(topic["peopleLast4Weeks"])) (\(TopicsCommand.number(topic["people4WeeksBefore"])))",
                String((topic["lastAt"]?.string ?? "").prefix(10)), topic["places"]?[0]?["name"]?.string ?? "",
            ]
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a topic with its demands and their words, oldest first.",
            discussion: """
                SURE is how sure the finder is that a demand belongs here. A title is proposed from phrases that at least \
                five people used. A key of one organization sees that organization's demands, without the topic's numbers.

                Example:
                  chorus topics show t17 --limit 20
                """
        )

        @Argument(help: "The topic, such as t17.")
        var topic: String

        @Option(help: "How many demands, from 1 to 1000.")
        var limit = 100

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try await server.client()
            let asked = try await client.get(["topics", topic], [("limit", "\(limit)")])
            let answer = try asked.accepted(
                from: client.url,
                scopes: "reviewer or admin",
                missing: TopicsCommand.missing(topic)
            )
            if server.json { return Console.result(asked.text) }
            var words = topic
            if let demands = answer["demands"]?.int {
                words +=
                    "  \(TopicsCommand.title(answer))  \(demands) demands, \(TopicsCommand.number(answer["people"])) people"
            }
            Console.note(words)
            for (label, field) in [("Places", "places"), ("Groups", "groups")] {
                let names = (answer[field]?.array ?? []).map { name in
                    "\(name["name"]?.string ?? "") \(TopicsCommand.number(name["demands"]))"
                }
                if !names.isEmpty { Console.note("\(label): \(names.joined(separator: ", "))") }
            }
            if let proposed = answer["proposedTitle"]?.string { Console.note("Proposed title: \(proposed)") }
            Table(["DEMAND", "WHEN", "CATEGORY", "SURE", "WORDS"]).show(
                (answer["demandsShown"]?.array ?? []).map { demand in
                    [
                        demand["id"]?.string ?? "", String((demand["occurredAt"]?.string ?? "").prefix(10)),
                        demand["category"]?.string ?? "", demand["confidence"]?.double.map { "\($0)" } ?? "",
                        Self.words(demand),
                    ]
                }
            )
        }

        private static let longestWords = 60

        private static func words(_ demand: JSONValue) -> String {
            guard let text = demand["text"]?.string ?? demand["subject"]?.string else { return "(forgotten)" }
            let line = oneLine(text)
            return line.count > longestWords ? line.prefix(longestWords - 1) + "…" : line
        }
    }

    /// With a star when everybody may see it.
    static func title(_ topic: JSONValue) -> String {
        (topic["title"]?.string ?? "-") + (topic["isTitleApproved"]?.bool == true ? " *" : "")
    }

    static func number(_ value: JSONValue?) -> String { value?.int.map { "\($0)" } ?? "" }
}

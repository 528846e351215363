import EventSourcing
import JSONText
import Topics

/// The topics of a file's messages, counted.
struct TopicReport {
    struct Topic {
        let tally: TopicTally
        let title: String?
        /// In the order placed.
        let messages: [TopicMessages.Message]
        /// The message of the same wording that each one repeats.
        let sameWordingAs: [String?]
    }

    let topics: [Topic]
    let withoutTopic: Int

    init(_ messages: TopicMessages, minimum: Int, now: Timestamp) {
        let maker = SketchMaker(key: 0)
        var finder = TopicFinder(maker: maker)
        var repeats: [Int?] = []
        for (number, message) in messages.all.enumerated() {
            let sketch = maker.sketch(subject: message.subject, detail: message.detail)
            let placement = finder.place(sketch, position: Int64(number))
            repeats.append(placement.sameWordingAs.map { Int($0) })
        }
        var members: [Int64: [Int]] = [:]
        var withoutTopic = 0
        for number in messages.all.indices {
            if let topic = finder.topic(ofDemand: number) {
                members[topic, default: []].append(number)
            } else {
                withoutTopic += 1
            }
        }
        self.withoutTopic = withoutTopic
        topics = members.sorted { $0.key < $1.key }.compactMap { topic, numbers in
            let here = Set(numbers)
            let own = numbers.map { messages.all[$0] }
            let tally = TopicTally(
                topic: topic,
                voices: own.map { Voice(person: $0.person, at: $0.at, support: $0.support) },
                repeated: numbers.count { repeats[$0].map(here.contains) ?? false },
                now: now,
                rules: HeatRules()
            )
            let uses = own.map {
                ProposedTitle.Use(person: $0.person, subject: $0.subject.isEmpty ? $0.detail : $0.subject)
            }
            return tally.map {
                Topic(
                    tally: $0,
                    title: ProposedTitle.propose(uses, minimum: minimum),
                    messages: own,
                    sameWordingAs: numbers.map { repeats[$0].map { messages.all[$0].id } }
                )
            }
        }
    }

    static let header = [
        "RANK", "HEAT", "PEOPLE-HEAT", "PEOPLE", "MESSAGES", "WORDINGS", "SUPPORT", "FIRST", "LAST", "TREND", "TITLE",
    ]
}

extension TopicReport.Topic {
    func row(rank: Int) -> [String] {
        [
            "\(rank)", Self.rounded(tally.heat?.total), Self.rounded(tally.heat?.people), "\(tally.people)",
            "\(tally.demands)", "\(tally.wordings)", "\(tally.support)", day(messages.min { $0.at < $1.at }),
            day(messages.max { $0.at < $1.at }), tally.trend?.direction.rawValue ?? "-", title ?? "-",
        ]
    }

    private func day(_ message: TopicMessages.Message?) -> String { String((message?.time ?? "").prefix(10)) }

    private static func rounded(_ heat: Double?) -> String {
        guard let heat else { return "-" }
        let hundredths = Int((heat * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    var json: [UInt8] {
        JSONWriter.object { json in
            json.field("topic", messages.first?.id)
            json.field("title", title)
            json.field("heat", tally.heat?.total)
            json.field("heatWithoutSupport", tally.heat?.people)
            json.field("people", tally.people)
            json.field("unidentified", tally.unidentified)
            json.field("messages", tally.demands)
            json.field("wordings", tally.wordings)
            json.field("reportedSupport", tally.support)
            json.field("first", tally.first.description)
            json.field("last", tally.last.description)
            json.field("trend", tally.trend?.direction.rawValue)
            json.array("ids", of: messages) { json, message in json.value(message.id) }
            json.array("sameWordingAs", of: sameWordingAs) { json, id in json.value(id) }
            json.field("method", TopicFinder.method)
        }
    }
}

import ArgumentParser
import JSONText

extension InboxCommand {
    struct Reply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answer demands; those who spoke read it.",
            discussion: """
                Several demands get the same words, each is judged by itself: one that cannot be answered is told with the \
                reason, keeps no other from its answer, and makes the command end with status 1. Words that only \
                acknowledge that the message came, or was passed on, are recorded as that and answer nothing.

                Examples:
                  chorus inbox reply 3f0c…-….1 --text "A new lamp was put up on Monday."
                  chorus inbox reply 3f0c…-….1 8a41…-….1 --file answer.txt --organization roads
                """
        )

        @Argument(help: "The ids of the demands, up to 500.")
        var demands: [String]

        @Option(help: "The words.")
        var text: String?

        @Option(help: "A file in UTF-8 that holds the words.")
        var file: String?

        @Option(help: "Who answers, by its code; without it the one that is responsible.")
        var organization: String?

        @Option(help: "Only if the demand, a single one, is still of this revision, as `show` had it.")
        var revision: Int?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let words = try GivenWords.read(text: text, file: file)
            guard revision == nil || demands.count == 1 else {
                throw Complaint("--revision goes with one demand; without it each is answered as it stands")
            }
            let body = JSONWriter.object { json in
                if demands.count > 1 { json.array("demands", of: demands) { $0.value($1) } }
                json.field("text", words)
                json.field("organization", ifPresent: organization)
            }
            let client = try await server.client()
            guard demands.count > 1 else {
                let answer = try await client.post(["demands", demands[0], "reply"], body, onlyIf: revision)
                let shown = try DemandOptions.accepted(answer, of: demands[0], client)
                if server.json { return Console.result(answer.text) }
                if shown["handling"]?["replies"]?.array?.last?["isSubstantive"]?.bool == false { sayItAnswersNothing() }
                return Console.note("\(demands[0]): \(ShownDemand(json: shown, now: InboxCommand.now).summary)")
            }
            let answer = try await client.post(["replies"], body, within: .minutes(5))
            let told = try answer.accepted(from: client.url, scopes: InboxCommand.scopes)
            let refused = told["refused"]?.int ?? 0
            if server.json { Console.result(answer.text) } else { show(told, refused: refused) }
            if refused > 0 { throw ExitCode.failure }
        }

        private func show(_ told: JSONValue, refused: Int) {
            for demand in told["demands"]?.array ?? [] {
                guard let detail = demand["detail"]?.string else { continue }
                Console.note("  \(demand["id"]?.string ?? ""): \(detail)")
            }
            if told["isSubstantive"]?.bool == false { sayItAnswersNothing() }
            let answered = told["answered"]?.int ?? 0
            Console.note("\(answered) answered" + (refused > 0 ? ", \(refused) refused" : ""))
        }

        private func sayItAnswersNothing() {
            Console.note("These words only acknowledge; who spoke still waits for an answer.")
        }
    }
}

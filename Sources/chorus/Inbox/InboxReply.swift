import ArgumentParser
import EventLog
import Foundation
import JSONText

extension InboxCommand {
    struct Reply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answer demands; those who spoke read it.",
            discussion: """
                Several demands get the same words, each is judged by itself: one that cannot be answered is told with the \
                reason, keeps no other from its answer, and makes the command end with status 1. Words that only \
                acknowledge that the message came, or was passed on, are recorded as that and answer nothing.

                The command can be repeated when it is not known whether it arrived: a demand gets the same words of the same \
                key once. To say them once more, after it was opened again, name the revision that they are meant for.

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
            let key = Self.idempotencyKey(words, by: organization, onlyIf: revision)
            let client = try await server.client()
            guard demands.count > 1 else {
                let answer = try await client.post(
                    ["demands", demands[0], "reply"],
                    body,
                    onlyIf: revision,
                    idempotencyKey: key
                )
                let shown = try DemandOptions.accepted(answer, of: demands[0], client)
                let answers = shown["handling"]?["replies"]?.array?.last?["isSubstantive"]?.bool != false
                if server.json { Console.result(answer.text) } else { show(shown, answers, isRepeat: answer.isRepeat) }
                if answer.isRepeat, answers { try await failIfOpen(demands[0], client) }
                return
            }
            let answer = try await client.post(["replies"], body, idempotencyKey: key, within: .minutes(5))
            let told = try answer.accepted(from: client.url, scopes: InboxCommand.scopes)
            let open = openAgain(told)
            if server.json { Console.result(answer.text) } else { show(told, openAgain: open) }
            if told["refused"]?.int ?? 0 > 0 || !open.isEmpty { throw ExitCode.failure }
        }

        /// By which the server recognises the command when it is given again: the words, who gives them, and what they are meant
        /// for. It tells keys and demands apart by itself.
        static func idempotencyKey(_ words: String, by organization: String?, onlyIf revision: Int?) -> String {
            var framed: [UInt8] = []
            for part in ["chorus inbox reply", words, organization ?? "", revision.map(String.init) ?? ""] {
                framed.appendFramed(part.utf8)
            }
            return UUID(hash: sha256(framed)).uuidString.lowercased()
        }

        /// Ends with status 1 when a demand that had the answer before waits for one again.
        private func failIfOpen(_ demand: String, _ client: ServerClient) async throws {
            let now = try DemandOptions.accepted(try await client.get(["demands", demand]), of: demand, client)
            let state = ShownDemand(json: now, now: InboxCommand.now).state
            guard Self.waiting.contains(state), let revision = now["revision"]?.int else { return }
            Console.note("It was opened again since; to say them once more, add --revision \(revision)")
            throw ExitCode.failure
        }

        /// States of demands that wait for an answer although they had one.
        private static let waiting: Set<String?> = ["reopened", "accepted", "in_progress"]

        /// Demands that wait for an answer, although they have this one: they got it before, and were opened again.
        private func openAgain(_ told: JSONValue) -> [JSONValue] {
            guard told["isSubstantive"]?.bool == true else { return [] }
            return (told["demands"]?.array ?? []).filter { demand in
                demand["code"] == nil && Self.waiting.contains(demand["state"]?.string)
            }
        }

        private func show(_ shown: JSONValue, _ answers: Bool, isRepeat: Bool) {
            if !answers { sayItAnswersNothing() }
            let summary = ShownDemand(json: shown, now: InboxCommand.now).summary
            if isRepeat {
                Console.note("\(demands[0]) got these words before, and was then: \(summary). Nothing was recorded now")
            } else {
                Console.note("\(demands[0]): \(summary)")
            }
        }

        private func show(_ told: JSONValue, openAgain: [JSONValue]) {
            for demand in told["demands"]?.array ?? [] {
                guard let detail = demand["detail"]?.string else { continue }
                Console.note("  \(demand["id"]?.string ?? ""): \(detail)")
            }
            for demand in openAgain {
                let id = demand["id"]?.string ?? ""
                Console.note(
                    "  \(id): got these words before and was opened again since; to say them once more, answer it by itself "
                        + "with --revision \(demand["revision"]?.int ?? 0)"
                )
            }
            if told["isSubstantive"]?.bool == false { sayItAnswersNothing() }
            let answered = (told["answered"]?.int ?? 0) - openAgain.count
            let refused = told["refused"]?.int ?? 0
            Console.note(
                "\(answered) answered" + (refused > 0 ? ", \(refused) refused" : "")
                    + (openAgain.isEmpty ? "" : ", \(openAgain.count) open again")
            )
        }

        private func sayItAnswersNothing() {
            Console.note("These words only acknowledge; who spoke still waits for an answer.")
        }
    }
}

import ArgumentParser
import Foundation
import JSONText

/// Which demand a step is for, and of which revision.
struct DemandOptions: ParsableArguments {
    @Argument(help: "The demand's id.")
    var demand: String

    @Option(help: "Only if the demand is still of this revision, as `show` had it.")
    var revision: Int?

    @OptionGroup var server: ServerOptions

    /// Has the server take the step, and says what the demand is now.
    func take(_ step: String, _ body: [UInt8] = Array("{}".utf8)) async throws {
        let client = try await server.client()
        let answer = try await client.post(["demands", demand, step], body, onlyIf: revision)
        let body = try DemandOptions.accepted(answer, of: demand, client)
        if server.json { return Console.result(answer.text) }
        Console.note("\(demand): \(ShownDemand(json: body, now: InboxCommand.now).summary)")
    }

    /// - Throws: `Complaint` when the server refuses; before it is said what the demand is now, where the server tells.
    static func accepted(_ answer: ServerClient.Answer, of demand: String, _ client: ServerClient) throws -> JSONValue {
        if answer.status == 409 || answer.status == 412, let current = answer.body["current"] {
            let shown = ShownDemand(json: current, now: InboxCommand.now)
            Console.note("\(demand) is now: \(shown.summary); revision \(current["revision"]?.int ?? 0)")
        }
        if answer.status == 412, let now = answer.body["current"]?["revision"]?.int {
            throw Complaint("\(demand) was changed since; nothing was done. If it still holds, add --revision \(now)")
        }
        if answer.status == 403, let code = answer.body["code"]?.string, code != "missing-scope" {
            throw Complaint("the server refuses: \(answer.body["detail"]?.string ?? code)")
        }
        return try answer.accepted(
            from: client.url,
            scopes: InboxCommand.scopes,
            missing: InboxCommand.missing(demand),
            advice: ["already-claimed": "Or give it back for them: chorus inbox unclaim \(demand)"]
        )
    }
}

/// Words of a reviewer, from the prompt or out of a file.
struct GivenWords {
    /// - Throws: `Complaint` unless exactly one of both is given, or when the file cannot be read.
    static func read(text: String?, file: String?) throws -> String {
        switch (text, file) {
        case (let text?, nil): return text
        case (nil, let file?):
            guard let words = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw Complaint("\(file) cannot be read as UTF-8")
            }
            return words.trimmingCharacters(in: .whitespacesAndNewlines)
        default: throw Complaint("give the words by --text or by --file, one of both")
        }
    }
}

import Foundation
import JSONText

/// Sends a CSV file to one of the server's registries: all of it is registered, or nothing.
struct RegistryImport: Sendable {
    /// As in the address: `groups`.
    let registry: String
    let path: String
    let client: ServerClient

    /// What the server made of the file.
    enum Outcome: Sendable, Equatable {
        case done(registered: Int, changed: Int, unchanged: Int)
        /// Nothing was registered; each mistake in words, in order of lines.
        case refused(String, mistakes: [String])
    }

    /// The outcome, and the answer as the server gave it.
    ///
    /// - Throws: `Complaint` when nobody could judge the file.
    func run() async throws -> (outcome: Outcome, answer: String) {
        guard let content = FileManager.default.contents(atPath: path) else {
            throw Complaint("\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        let answer = try await client.post([registry], csv: [UInt8](content))
        return (try outcome(answer), answer.text)
    }

    private func outcome(_ answer: ServerClient.Answer) throws -> Outcome {
        let problem = ServerProblem(status: answer.status, answer.body)
        if answer.status < 300, let registered = answer.body["registered"]?.int,
            let changed = answer.body["changed"]?.int, let unchanged = answer.body["unchanged"]?.int
        {
            return .done(registered: registered, changed: changed, unchanged: unchanged)
        }
        guard [400, 409, 413, 422].contains(answer.status) else {
            throw problem.complaint(of: client.url, scopes: "author or admin")
        }
        return .refused(problem.detail, mistakes: (answer.body["errors"]?.array ?? []).map(Self.words))
    }

    /// `line 3, parent: must be …` for `/lines/3/parent`.
    private static func words(_ mistake: JSONValue) -> String {
        let detail = mistake["detail"]?.string ?? ""
        let parts = (mistake["pointer"]?.string ?? "").split(separator: "/").map(String.init)
        guard parts.count > 2, parts[0] == "lines", detail.hasPrefix("line \(parts[1]): ") else { return detail }
        return "line \(parts[1]), \(parts[2]): \(detail.dropFirst("line \(parts[1]): ".count))"
    }
}

import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore

/// Sends a CSV file to one of the server's registries: all of it is registered, or nothing.
struct RegistryImport: Sendable {
    /// As in the address: `groups`.
    let registry: String
    let path: String
    let url: String
    let key: String

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
        var request = HTTPClientRequest(url: "\(url)/v1/\(registry)")
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        request.headers.add(name: "Content-Type", value: "text/csv; charset=utf-8")
        request.body = .bytes(ByteBuffer(bytes: content))
        let response: HTTPClientResponse
        let body: ByteBuffer
        do {
            response = try await HTTPClient.shared.execute(request, timeout: .minutes(2))
            body = try await response.body.collect(upTo: 1_048_576)
        } catch {
            throw Complaint("no answer from \(url); when the server runs, give the same command again: that is safe")
        }
        let answer = String(buffer: body)
        guard let value = try? JSONValue.parse(body.readableBytesView) else {
            throw Complaint("\(url) is no Chorus server (\(response.status)); give its address with --url")
        }
        return (try outcome(status: Int(response.status.code), value), answer)
    }

    private func outcome(status: Int, _ answer: JSONValue) throws -> Outcome {
        if status < 300, let registered = answer["registered"]?.int, let changed = answer["changed"]?.int,
            let unchanged = answer["unchanged"]?.int
        {
            return .done(registered: registered, changed: changed, unchanged: unchanged)
        }
        let detail = answer["detail"]?.string ?? "status \(status)"
        switch status {
        case 400, 409, 413, 422:
            return .refused(detail, mistakes: (answer["errors"]?.array ?? []).map(Self.words))
        case 401: throw Complaint("the server does not know the key, or it was revoked; give another with --key")
        case 403: throw Complaint("the key may not register: it needs the scope author or admin (\(detail))")
        case 404: throw Complaint("\(url) is no Chorus server, or an older one; give its address with --url")
        default: throw Complaint("the server refuses the request: \(detail)")
        }
    }

    /// `line 3, parent: must be …` for `/lines/3/parent`.
    private static func words(_ mistake: JSONValue) -> String {
        let detail = mistake["detail"]?.string ?? ""
        let parts = (mistake["pointer"]?.string ?? "").split(separator: "/").map(String.init)
        guard parts.count > 2, parts[0] == "lines", detail.hasPrefix("line \(parts[1]): ") else { return detail }
        return "line \(parts[1]), \(parts[2]): \(detail.dropFirst("line \(parts[1]): ".count))"
    }
}

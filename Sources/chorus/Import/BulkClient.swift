import AsyncHTTPClient
import CSVRows
import Demands
import EventLog
import FeedbackImport
import Foundation
import JSONText
import NIOCore

/// Sends chunks of lines to a bulk route of a server, again and again when the server goes away.
struct BulkClient: Sendable {
    let client: HTTPClient
    let url: String
    let key: String
    /// Makes each chunk's Idempotency-Key; nil when every line has an externalId, which does the same for each.
    let idempotency: [UInt8]?
    /// Of the route; it asks for the refused lines only.
    let path: String
    /// What the key must have.
    let scope: String

    /// What became of a chunk.
    struct Outcome: Sendable {
        var stored = 0
        var alreadyThere = 0
        var refusals: [RowRefusal] = []
        var attempts = 1
    }

    /// Attempts of one chunk; with the pauses between them, about a minute and a half.
    private static let attempts = 12
    private static let longestPause = Duration.seconds(10)

    /// Sends a chunk until the server has judged every line of it.
    ///
    /// - Throws: `Complaint` when the server says no to the request as a whole, or stays away.
    func send(_ chunk: FeedbackChunk) async throws -> Outcome {
        var pause = Duration.milliseconds(250)
        var trouble = ""
        for attempt in 1...Self.attempts {
            do {
                var outcome = try await post(chunk)
                outcome.attempts = attempt
                return outcome
            } catch let again as TryAgain {
                trouble = again.reason
                if attempt == 2 { Console.note("\(trouble); trying again") }
                try await Task.sleep(for: max(pause, again.after ?? .zero))
            } catch let complaint as Complaint {
                throw complaint
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                trouble =
                    "no answer from \(url): does `chorus serve` run there? Another address: --url (\(Self.words(error)))"
                if attempt == 2 { Console.note("\(trouble); trying again") }
                try await Task.sleep(for: pause)
            }
            pause = min(pause * 2, Self.longestPause)
        }
        throw Complaint(
            "\(trouble). Stopped before line \(chunk.lines.first ?? 1); when the server runs, give the same command again: "
                + "nothing is stored twice"
        )
    }

    /// The server cannot take it now; nothing is lost and a retry is safe.
    private struct TryAgain: Error {
        let reason: String
        var after: Duration?
    }

    private func post(_ chunk: FeedbackChunk) async throws -> Outcome {
        var request = HTTPClientRequest(url: "\(url)\(path)")
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        request.headers.add(name: "Content-Type", value: "application/x-ndjson")
        if let idempotency {
            let hash = sha256(idempotency + Array("\n\(chunk.number)".utf8))
            request.headers.add(name: "Idempotency-Key", value: UUID(hash: hash).uuidString.lowercased())
        }
        request.body = .bytes(ByteBuffer(bytes: chunk.body))
        let response = try await client.execute(request, timeout: .minutes(10))
        guard response.status.code < 300 else { throw try await refusal(of: response) }

        var outcome = Outcome()
        var splitter = LineSplitter()
        var answers: [BulkAnswer] = []
        for try await piece in response.body {
            splitter.feed(piece.readableBytesView) { _, line in
                if let answer = BulkAnswer(line) { answers.append(answer) }
            }
        }
        splitter.finish { _, line in
            if let answer = BulkAnswer(line) { answers.append(answer) }
        }
        var isComplete = false
        for answer in answers {
            switch answer {
            case .other: break
            case .undecided: throw TryAgain(reason: "the server could not take every line")
            case .refused(let line, let field, let detail):
                outcome.refusals.append(
                    RowRefusal(line: chunk.fileLine(of: line) ?? 0, field: field, code: .server, detail: detail)
                )
            case .totals(let stored, let alreadyThere):
                isComplete = true
                outcome.stored = stored
                outcome.alreadyThere = alreadyThere
            }
        }
        guard isComplete else { throw TryAgain(reason: "the answer broke off") }
        return outcome
    }

    /// What a status other than success means for the import.
    private func refusal(of response: HTTPClientResponse) async throws -> any Error {
        let body = try await response.body.collect(upTo: 262_144)
        let problem = ServerProblem(
            status: Int(response.status.code),
            try? JSONValue.parse(body.readableBytesView)
        )
        switch response.status.code {
        case 429, 500...599:
            let seconds = response.headers.first(name: "Retry-After").flatMap { Int($0) }
            return TryAgain(reason: problem.detail, after: seconds.map { .seconds(min($0, 30)) })
        default:
            return problem.complaint(
                of: url,
                scopes: scope,
                missing: "\(url) is no Chorus server, or an older one; give its address with --url"
            )
        }
    }

    private static func words(_ error: any Error) -> String {
        if let error = error as? HTTPClientError { return error.description }
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        return "nothing listens there"
    }
}

import EventSourcing
import Foundation
import Hummingbird
import JSONText
import Logging
import NIOCore

/// What bounds a bulk request.
struct BulkSettings: Sendable {
    let window: Int
    let resultMemory: Int
    let resultFile: Int
    let patience: Duration

    init(_ configuration: HTTPConfiguration) {
        window = configuration.bulkWindow
        resultMemory = configuration.bulkResultMemory
        resultFile = configuration.bulkResultFile
        patience = configuration.bulkPatience
    }
}

/// A line that is ready to be carried out.
struct BulkWork: Sendable {
    /// What it writes: of two lines with the same one, the later waits for the earlier.
    let stream: UUID
    /// Carries it out, or recognises it; safe to be called again when the store was full.
    let run: @Sendable () async throws -> BulkResult
}

/// What became of a line that went well.
struct BulkResult: Sendable {
    let status: Int
    /// Whether it had been carried out before.
    let isRepeat: Bool
    /// Writes the members of its result line.
    let write: @Sendable (inout JSONWriter) -> Void
}

/// One bulk request: lines in, results out, both as streams.
///
/// The body is read only as fast as its lines are stored; results wait in a queue that never makes the reading wait.
/// Every line is judged by itself.
struct BulkIntake: Sendable {
    /// Makes a line's value ready for carrying out, or says what is wrong with it; without I/O.
    let prepare: @Sendable (_ value: JSONValue, _ line: Int) throws(Problem) -> BulkWork
    let refusedOnly: Bool
    let settings: BulkSettings
    /// Whether the caller's key was not revoked meanwhile; asked again with every piece of the body.
    let keyWorks: @Sendable () async throws -> Bool
    let trace: TraceID
    let logger: Logger

    /// Reads the whole body and writes a result for each line, then the totals; they say so when it stopped midway.
    ///
    /// - Throws: what `write` throws, when the client has gone; lines that were read are stored all the same.
    func run(_ body: RequestBody, write: (ByteBuffer) async throws -> Void) async throws {
        let queue = ResultQueue(memoryLimit: settings.resultMemory, fileLimit: settings.resultFile)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await read(body, into: queue) }
            do {
                while let piece = try await queue.next() { try await write(ByteBuffer(bytes: piece)) }
            } catch {
                group.cancelAll()
                throw error
            }
            try await group.waitForAll()
        }
    }

    private func read(_ body: RequestBody, into queue: ResultQueue) async {
        let window = BulkWindow(size: settings.window, queue: queue)
        let stop = await withDiscardingTaskGroup(returning: Problem?.self) { group in
            var lines = BulkLines()
            do {
                for try await piece in body {
                    guard await mayGoOn() else { return Access.unknownKey }
                    for line in lines.append(piece.readableBytesView) {
                        if queue.isOverfull { return Self.resultsUnread }
                        await take(line, window, &group)
                    }
                }
                if let last = lines.end() { await take(last, window, &group) }
                return nil
            } catch {
                return Problem(
                    400,
                    "body-cut-off",
                    "the body ended midway: its complete lines were judged, the last one was not; send it again"
                )
            }
        }
        let counts = window.counts
        queue.append(summary(counts, stop))
        queue.finish()
        logger.info(
            "bulk request ended",
            metadata: [
                "trace": "\(trace)", "lines": "\(counts.lines)", "stored": "\(counts.stored)",
                "repeated": "\(counts.repeated)", "refused": "\(counts.refused)", "complete": "\(stop == nil)",
            ]
        )
    }

    /// A database that cannot say is no reason to stop: its lines are answered with 503 each.
    private func mayGoOn() async -> Bool {
        (try? await keyWorks()) ?? true
    }

    private static var resultsUnread: Problem {
        Problem(
            400,
            "results-unread",
            "too many results wait for you to read them: the lines behind the last result were not judged; send them "
                + "again, and read meanwhile or ask for ?results=refused"
        )
    }

    /// Lets a line in, in order; its storing then goes on beside the others.
    private func take(_ line: BulkLines.Line, _ window: BulkWindow, _ group: inout DiscardingTaskGroup) async {
        switch line {
        case .tooLong(let number):
            refuse(number, Problem.tooLarge(RequestBodyLimit.bytes), await window.enter(nil), nil, window)
        case .text(let number, let bytes):
            let work: BulkWork
            do {
                work = try read(bytes, number)
            } catch {
                refuse(number, error, await window.enter(nil), nil, window)
                return
            }
            let place = await window.enter(work.stream)
            group.addTask {
                do {
                    let done = try await carryOut(work)
                    let result = refusedOnly ? [] : Self.line(number, status: done.status, done.write)
                    window.leave(place, work.stream, done.isRepeat ? .repeated : .stored, result)
                } catch {
                    refuse(number, Problem(error), place, work.stream, window)
                }
            }
        }
    }

    private func read(_ bytes: [UInt8], _ number: Int) throws(Problem) -> BulkWork {
        let value: JSONValue
        do {
            value = try JSONValue.parse(bytes)
        } catch {
            throw Problem(json: error, bulkLine: number)
        }
        return try prepare(value, number)
    }

    /// A store that is full is waited for; that is how a fast sender is slowed down. Less and less often, so that many
    /// lines that wait leave the processors to those who must be told no.
    private func carryOut(_ work: BulkWork) async throws -> BulkResult {
        let deadline = ContinuousClock.now + settings.patience
        var longest = 40
        while true {
            do {
                return try await work.run()
            } catch StoreFailure.queueFull where ContinuousClock.now < deadline && !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(Int.random(in: longest / 4...longest)))
                longest = min(longest * 2, 640)
            }
        }
    }

    private func refuse(_ number: Int, _ problem: Problem, _ place: Int, _ stream: UUID?, _ window: BulkWindow) {
        if problem.status >= 500 {
            logger.error(
                "bulk line failed",
                metadata: [
                    "line": "\(number)", "code": "\(problem.code)", "trace": "\(trace)",
                    "cause": "\(problem.cause ?? problem.detail)",
                ]
            )
        }
        let result = Self.line(number, status: problem.status) { json in
            json.name("problem")
            problem.write(to: &json, trace: trace)
        }
        window.leave(place, stream, .refused, result)
    }

    private static func line(_ number: Int, status: Int, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(capacity: 192)
        json.object { json in
            json.field("line", number)
            json.field("status", status)
            body(&json)
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private func summary(_ counts: BulkWindow.Counts, _ stop: Problem?) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("done", stop == nil)
            json.field("lines", counts.lines)
            json.field("stored", counts.stored)
            json.field("repeated", counts.repeated)
            json.field("refused", counts.refused)
            guard let stop else { return }
            json.name("problem")
            stop.write(to: &json, trace: trace)
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }
}

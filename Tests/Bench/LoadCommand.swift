import ArgumentParser
import EventSourcing
import Foundation
import JSONText
import Postgres

/// An open loop: messages are sent when they are due, whether or not the server has answered those before.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Send feedback to a server at a fixed rate; say how long answers took from when each was due.",
        discussion: """
            A message that is due while every connection waits for an answer is sent later, and its time counts from \
            when it was due: no coordinated omission. With --lag it also says how far the read models were behind, by \
            looking every few milliseconds at the head of the log and at the lowest checkpoint of a live generation.
            """
    )

    @Option(help: "Port of a server on 127.0.0.1.")
    var port: UInt16

    @Option(help: "A file that holds the key.")
    var keyFile: String

    @Option(help: "Messages a second.")
    var rate = 1_000

    @Option(help: "How long messages become due.")
    var seconds = 10

    @Option(help: "Connections.")
    var connections = 256

    @Option(help: "How long answers are waited for at the end, in seconds.")
    var patience = 20

    @Flag(help: "Look at the read models of DATABASE_URL meanwhile.")
    var lag = false

    func validate() throws {
        guard rate > 0, seconds > 0, connections > 0, patience >= 0 else {
            throw ValidationError("all of it must be above 0")
        }
    }

    func run() async throws {
        let key = try String(contentsOfFile: keyFile, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        let loop = OpenLoop(
            port: port,
            connections: connections,
            interval: .nanoseconds(1_000_000_000 / rate),
            count: rate * seconds,
            patience: .seconds(patience),
            request: FeedbackRequest(key: key, run: UUID().uuidString)
        )
        let watch = lag ? try LagWatch() : nil
        async let behind = watch?.run()
        let answers = try await Self.onThread { try loop.run() }
        watch?.loadHasEnded()
        let lags = try await behind
        Report.write { json in
            json.field("rate", rate)
            json.field("sent", answers.sent)
            json.field("stored", answers.stored)
            json.field("failed", answers.failed)
            json.field("unanswered", answers.unanswered)
            json.field("seconds", answers.elapsed.seconds)
            json.object("milliseconds") { Percentiles(answers.times).write(to: &$0) }
            guard let lags else { return }
            json.object("lagMilliseconds") { Percentiles(lags.times).write(to: &$0) }
            json.field("lagUnreached", lags.unreached)
        }
    }

    /// On a thread of its own, as it never gives way.
    private static func onThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try body() }) }.start()
        }
    }
}

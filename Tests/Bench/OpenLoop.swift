import Foundation

/// Sends requests when they are due, over a fixed number of connections, on the calling thread.
///
/// Few instructions a request, because it shares the machine with the server that it measures: `poll`, `send`, `recv`.
struct OpenLoop: Sendable {
    let port: UInt16
    let connections: Int
    /// Between two requests.
    let interval: Duration
    let count: Int
    /// For answers after the last request was due.
    let patience: Duration
    let request: FeedbackRequest

    struct Answers: Sendable {
        var sent = 0
        /// Answered 201.
        var stored = 0
        /// Answered otherwise, or cut off.
        var failed = 0
        /// Never answered; counted with the time until the end, which is too short.
        var unanswered = 0
        /// Of every request, from when it was due.
        var times: [Duration] = []
        var elapsed = Duration.zero
    }

    struct NoConnection: Error, CustomStringConvertible {
        let port: UInt16
        var description: String { "127.0.0.1:\(port) takes no further connection" }
    }

    func run() throws -> Answers {
        var wires = try Wires(port: port, count: connections)
        defer { wires.close() }
        var answers = Answers()
        answers.times.reserveCapacity(count)
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + interval * count + patience
        func due(_ number: Int) -> ContinuousClock.Instant { start + interval * number }
        var now = start
        while answers.times.count < count, now < end, wires.areAnyOpen {
            now = clock.now
            // Those that are due; when every connection waits, they wait too, and their time runs.
            while answers.sent < count, due(answers.sent) <= now, let wire = wires.takeIdle() {
                wires.send(request.bytes(answers.sent), on: wire, due: due(answers.sent), &answers, now)
                answers.sent += 1
            }
            let pause = answers.sent < count && wires.hasIdle ? due(answers.sent) - now : .milliseconds(20)
            wires.wait(upTo: pause)
            now = clock.now
            wires.receive(&answers, now)
        }
        // Sent without an answer, or due and never sent.
        for instant in wires.waiting + (answers.sent..<count).map(due) {
            answers.unanswered += 1
            answers.times.append(max(now - instant, .zero))
        }
        answers.elapsed = now - start
        return answers
    }
}

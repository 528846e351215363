import ArgumentParser
import EventLog
import EventSourcing
import Foundation
import JSONText
import Synchronization

/// How many messages the log takes from tasks that wait for each of theirs.
struct AppendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Store feedback with words and a new person each, without HTTP, for a while."
    )

    @Option(help: "Tasks, each with one message under way.")
    var tasks = 256

    @Option(help: "How long it counts.")
    var seconds = 10

    @Option(help: "How long it stores before it counts.")
    var warmup = 1

    func validate() throws {
        guard tasks > 0, seconds > 0, warmup >= 0 else { throw ValidationError("all of it must be above 0") }
    }

    func run() async throws {
        let (tally, elapsed) = try await BenchLog.with { log in
            let run = UUID().uuidString
            let number = Atomic(0)
            let start = ContinuousClock.now.advanced(by: .seconds(warmup))
            let end = start.advanced(by: .seconds(seconds))
            let tenant = log.tenant
            let tally = try await Writers(store: log.store, count: tasks).run(from: start) {
                guard ContinuousClock.now < end else { return nil }
                let next = number.add(1, ordering: .relaxed).newValue
                return BenchMessage(single: next, run: run).submission(to: tenant)
            }
            return (tally, ContinuousClock.now - start)
        }
        let messages = tally.messages.reduce(0, +)
        Report.write { json in
            json.field("messages", messages)
            json.field("events", tally.events)
            json.field("seconds", elapsed.seconds)
            json.field("messagesPerSecond", Double(messages) / elapsed.seconds)
            json.field("eventsPerSecond", Double(tally.events) / elapsed.seconds)
            // The last one holds what was under way at the end.
            json.array("bySecond", of: tally.messages.prefix(seconds)) { $0.value($1) }
        }
    }
}

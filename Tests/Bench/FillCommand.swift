import ArgumentParser
import Demands
import EventLog
import EventSourcing
import Foundation
import JSONText
import Synchronization

/// Makes a log long, through the same road as everything else.
struct FillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fill",
        abstract: "Append messages of an invented town until the log has so many events, releases evenly between them."
    )

    @Option(help: "Events that the log has afterwards, at least.")
    var events: Int

    @Option(help: "Releases among those that are appended.")
    var releases = 0

    @Option(help: "People who speak.")
    var people = 100_000

    @Option(help: "Places; a few of them have most messages.")
    var places = 40

    @Option(help: "Days that the messages are spread over.")
    var days = 90

    func validate() throws {
        guard people > 0, places > 0, days > 0, releases >= 0 else {
            throw ValidationError("all of it must be above 0")
        }
    }

    /// Of a message: received, its demand opened, its demand categorised.
    private static let eventsOfAMessage = 3

    func run() async throws {
        let (from, to, elapsed) = try await BenchLog.with { log in
            let start = ContinuousClock.now
            let from = Int(try await log.store.head(of: log.tenant.id))
            try await fill(log, from: from)
            return (from, Int(try await log.store.head(of: log.tenant.id)), ContinuousClock.now - start)
        }
        Report.write { json in
            json.field("from", from)
            json.field("events", to)
            json.field("releases", releases)
            json.field("seconds", elapsed.seconds)
            json.field("eventsPerSecond", Double(to - from) / elapsed.seconds)
        }
    }

    private func fill(_ log: BenchLog, from: Int) async throws {
        let missing = max(0, events - from - releases)
        let messages = (missing + Self.eventsOfAMessage - 1) / Self.eventsOfAMessage
        guard messages > 0 else { return }
        let stride = releases > 0 ? max(1, messages / releases) : messages + 1
        let town = Town(people: people, places: places, days: days)
        let number = Atomic(0)
        let published = Atomic(0)
        let (tenant, releases) = (log.tenant, releases)
        let line = ProgressLine(total: messages)
        _ = try await Writers(store: log.store, count: 512).run(from: .now) {
            let next = number.add(1, ordering: .relaxed).newValue
            guard next <= messages + releases else { return nil }
            line.show(next)
            if next % (stride + 1) == 0, published.add(1, ordering: .relaxed).newValue <= releases {
                return Self.release(tenant)
            }
            return BenchMessage(from + next, of: town).submission(to: tenant)
        }
    }

    /// The next release, whichever that is by then; nobody counts whether enough people have spoken.
    private static func release(_ tenant: TenantRecord) -> Submission {
        Submission(tenant: tenant.id, stream: .only(Releases.streamType), actor: "system:releaser") { known in
            // Of the last one alone: folding all of them again for each would cost more than the messages.
            let state = try Releases.state(after: Array(known.history.suffix(1)))
            let command = Releases.Command(
                reason: .manual,
                after: state.last,
                peopleSinceLast: tenant.k,
                k: tenant.k
            )
            return Decision(events: try Releases.decide(command, state).map(\.encoded))
        }
    }
}

import EventLog
import EventSourcing
import Foundation
import Postgres

/// When people were last heard under each name, while a rebuild runs through a log with many releases.
actor HeardLoad {
    /// One name's messages.
    private struct Name {
        /// By voice: its messages, by month.
        private var months: [UUID: [PostgresDate: Int]] = [:]
        /// How many voices were last heard in each month.
        private var last: [PostgresDate: Int] = [:]

        var isHeard: Bool { !months.isEmpty }

        mutating func count(_ message: HeardMessage, _ step: Int) {
            var own = months[message.voice] ?? [:]
            let before = own.keys.max()
            let count = (own[message.month] ?? 0) + step
            own[message.month] = count > 0 ? count : nil
            let after = own.keys.max()
            months[message.voice] = own.isEmpty ? nil : own
            guard before != after else { return }
            if let before { last[before, default: 0] -= 1 }
            if let after { last[after, default: 0] += 1 }
        }

        /// The latest month that at least k of them share as their last one.
        func month(k: Int) -> PostgresDate? { last.filter { $0.value >= max(k, 1) }.keys.max() }
    }

    private var names: [HeardName: Name] = [:]

    init(_ messages: [HeardMessage]) {
        for message in messages { names[message.name, default: Name()].count(message, 1) }
    }

    /// Enters what a batch changed, each change before the release that covers it.
    ///
    /// - Returns: the month of each name whose numbers a release changed, as of the last one that did, and the registered
    ///   names that were heard at one of the releases. The cells do not tell: a rebuild counts them later.
    func say(
        _ before: [HeardMessage],
        _ after: [HeardMessage],
        _ releasesBefore: [UUID: Int],
        _ published: [PublicationLoad.Published]
    ) -> SaidColumns {
        var changes = Array(repeating: [(message: HeardMessage, step: Int)](), count: published.count + 1)
        for (messages, step) in [(before, -1), (after, 1)] {
            for message in messages {
                changes[min(releasesBefore[message.message] ?? 0, published.count)].append((message, step))
            }
        }
        var months: [HeardName: PostgresDate?] = [:]
        var heard: Set<HeardName> = []
        for (place, change) in changes.enumerated() {
            for (message, step) in change { names[message.name, default: Name()].count(message, step) }
            guard place < published.count else { continue }
            let release = published[place].release
            for (message, _) in change where names[message.name]?.isHeard == true { heard.insert(message.name) }
            for (publication, key) in published[place].rows {
                guard let name = HeardName(publication: publication, key) else { continue }
                months[name] = .some(names[name]?.month(k: release.k))
                heard.insert(name)
            }
        }
        var said = SaidColumns()
        for (name, month) in months.sorted(by: { $0.key < $1.key }) { if let month { said.append(name, month) } }
        for (name, voices) in names where voices.isHeard { heard.insert(name) }
        said.heard = heard.filter(\.isRegistered).sorted()
        return said
    }
}

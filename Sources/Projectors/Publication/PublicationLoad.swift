import EventLog
import EventSourcing
import Foundation
import Statistics

/// The publications of one projector while a rebuild runs through a log with many releases.
///
/// Each is a ledger that stays in memory; what changes in a batch is read from the generation's tables before and after it.
/// The figures that its releases published are written with it, those who stand behind them at the end (`settle`): only then
/// the tables hold all that a ledger knows.
actor PublicationLoad {
    private var ledgers: [String: PublicationLedger] = [:]
    /// Rows whose members are not written yet.
    private var unsettled: [String: Set<PublicationLedger.RowID>] = [:]
    /// Of the messages that the batch touches, as they stood before it.
    private var before = CountedRows()

    /// What one release of a batch did.
    struct Published: Sendable {
        let release: Release
        var rows: [(publication: String, key: PublishedRow.Key)] = []
    }

    /// Notes what stands of these messages before a batch is written.
    func begin(
        _ publications: [String],
        _ messages: [UUID],
        _ projector: some PublishingProjector,
        in context: ProjectionContext
    ) async throws {
        try await open(publications.filter { ledgers[$0] == nil }, projector, in: context)
        before = try await CountedRows.read(publications, of: messages, projector, in: context)
    }

    private func open(
        _ publications: [String],
        _ projector: some PublishingProjector,
        in context: ProjectionContext
    ) async throws {
        let counted = try await CountedRows.read(publications, of: nil, projector, in: context)
        for publication in publications {
            ledgers[publication] = PublicationLedger(
                restoring: counted.contributions(in: publication),
                previous: try await PublishedTable(publication: publication, context: context).rows()
            )
        }
    }

    /// Enters what changed, each change before the release that covers it, publishes, and writes the rows.
    func end(
        _ publications: [String],
        _ touched: TouchedMessages,
        _ releases: [Release],
        _ releasesBefore: [UUID: Int],
        _ projector: some PublishingProjector,
        in context: ProjectionContext
    ) async throws -> [Published] {
        var published = releases.map { Published(release: $0) }
        let after = try await CountedRows.read(publications, of: touched.all, projector, in: context)
        for publication in publications {
            let table = PublishedTable(publication: publication, context: context)
            // One that the batch itself brought: nothing stood in it.
            var ledger = ledgers.removeValue(forKey: publication) ?? PublicationLedger()
            let changes = Self.changes(
                before.contributions(in: publication),
                after.contributions(in: publication),
                releasesBefore,
                count: releases.count + 1
            )
            var changed: [PublicationLedger.RowID: Int] = [:]
            var last: Release?
            for (place, change) in changes.enumerated() {
                for gone in change.gone { ledger.remove(gone) }
                for come in change.come { ledger.add(come) }
                guard place < releases.count else { continue }
                let release = releases[place]
                guard let rows = ledger.publish(DisclosureRule(k: release.k)) else { continue }
                for row in rows {
                    changed[row] = release.number
                    published[place].rows.append((publication, ledger.key(of: row)))
                }
                last = release
            }
            ledgers[publication] = ledger
            guard let last else { continue }
            var written: [(row: PublishedRow, release: Int)] = []
            var retired: [PublishedRow.Key] = []
            for (id, release) in changed.sorted(by: { $0.key < $1.key }) {
                if let row = ledger.figures(of: id) {
                    written.append((row, release))
                } else {
                    retired.append(ledger.key(of: id))
                }
            }
            try await table.writeFigures(written, retired: retired)
            try await table.mark(last)
            unsettled[publication, default: []].formUnion(changed.keys)
        }
        return published
    }

    /// Writes who stands behind the rows.
    func settle(in context: ProjectionContext) async throws {
        for (publication, ids) in unsettled.sorted(by: { $0.key < $1.key }) {
            guard let ledger = ledgers[publication] else { continue }
            let table = PublishedTable(publication: publication, context: context)
            var written: [PublishedRow] = []
            var retired: [PublishedRow.Key] = []
            var members = 0
            for id in ids.sorted() {
                if let row = ledger.row(of: id) {
                    written.append(row)
                    members += row.members.count
                } else {
                    retired.append(ledger.key(of: id))
                }
                guard members >= Self.membersAtOnce else { continue }
                try await table.writeMembers(written, retired: retired)
                (written, retired, members) = ([], [], 0)
            }
            try await table.writeMembers(written, retired: retired)
        }
        unsettled = [:]
    }

    private static let membersAtOnce = 50_000

    private struct Changes {
        var gone: [Contribution] = []
        var come: [Contribution] = []
    }

    /// By how many releases of the batch lie before them. What stands as it stood is no change.
    private static func changes(
        _ before: [Contribution],
        _ after: [Contribution],
        _ releasesBefore: [UUID: Int],
        count: Int
    ) -> [Changes] {
        let stood = Set(before)
        let stands = before.isEmpty ? [] : Set(after)
        var changes = Array(repeating: Changes(), count: count)
        func place(_ contribution: Contribution) -> Int {
            min(releasesBefore[UUID(number: contribution.message)] ?? 0, count - 1)
        }
        for contribution in before where !stands.contains(contribution) {
            changes[place(contribution)].gone.append(contribution)
        }
        for contribution in after where !stood.contains(contribution) {
            changes[place(contribution)].come.append(contribution)
        }
        return changes
    }
}

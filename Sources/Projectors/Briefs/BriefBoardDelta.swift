import EventSourcing
import Foundation
import Postgres
import Topics

/// What a batch of events changes about briefs: those drafted, what is new about them and earlier ones, and answers.
package struct BriefBoardDelta: Sendable {
    /// What is new about a brief; nil: as it was.
    struct Change: Sendable {
        let brief: UUID
        var state: BriefState.Status?
        var wording: Int?
        var titlePassage: Int16?
        var textPassage: Int16?
        var putAt: PostgresTimestamp?
        var deliveredAt: PostgresTimestamp?
        /// Empty: named in words.
        var recipient: String?
        var outcome: String?
        var decidedAt: PostgresTimestamp?
    }

    var drafted = DraftedColumns()
    var topics = BriefTopicColumns()
    var checks = BriefCheckColumns()
    /// In the order of their first event here.
    private var changes: [Change] = []
    private var changedHere: [UUID: Int] = [:]

    mutating func fold(_ event: BriefEvent, _ recorded: RecordedEvent) {
        let brief = recorded.stream.id
        switch event {
        case .drafted(let draft):
            drafted.append(draft, recorded)
            for topic in draft.topics { topics.append(topic, brief) }
        case .reworded(let words):
            change(brief) { change in
                change.state = .draft
                change.wording = words.wording
                change.titlePassage = words.title?.number ?? change.titlePassage
                change.textPassage = words.text?.number ?? change.textPassage
            }
        case .putToSupporters:
            change(brief) { change in
                change.state = .checking
                change.putAt = PostgresTimestamp(recorded.recordedAt)
            }
        case .checked(let check): checks.append(check, brief)
        case .delivered(let delivery):
            change(brief) { change in
                change.state = .delivered
                change.deliveredAt = PostgresTimestamp(delivery.deliveredAt)
                change.recipient = delivery.organization ?? ""
            }
        case .outcomeRecorded(let outcome):
            change(brief) { change in
                change.state = .decided
                change.outcome = outcome.outcome.rawValue
                change.decidedAt = PostgresTimestamp(outcome.decidedAt)
            }
        case .dropped: change(brief) { $0.state = .dropped }
        }
    }

    private mutating func change(_ brief: UUID, _ set: (inout Change) -> Void) {
        let index = changedHere[brief] ?? changes.count
        if index == changes.count {
            changedHere[brief] = index
            changes.append(Change(brief: brief))
        }
        set(&changes[index])
    }

    var changed: ChangedColumns {
        ChangedColumns(
            brief: changes.map(\.brief),
            state: changes.map { $0.state?.rawValue },
            wording: changes.map { $0.wording.map { Int32(clamping: $0) } },
            titlePassage: changes.map(\.titlePassage),
            textPassage: changes.map(\.textPassage),
            putAt: changes.map(\.putAt),
            deliveredAt: changes.map(\.deliveredAt),
            recipient: changes.map(\.recipient),
            outcome: changes.map(\.outcome),
            decidedAt: changes.map(\.decidedAt)
        )
    }
}

extension BriefDelivered {
    /// Nil: named in words.
    fileprivate var organization: String? {
        switch recipient {
        case .organization(let code): code
        case .named: nil
        }
    }
}

import Foundation
import Postgres
import Topics

/// How far a stretch brings briefs: the columns of `brief_topics.sql`.
///
/// Delivered is not decided: who was asked in vain, or handed the brief on, may still decide.
struct BriefStages: Sendable {
    private enum Stage {
        static let delivered: Int16 = 2
        static let decided: Int16 = 3
    }

    /// By topics of new briefs.
    private(set) var drafted: [(brief: UUID, topic: String)] = []
    private var further: [UUID: Int16] = [:]
    private var dropped: Set<UUID> = []

    var isEmpty: Bool { drafted.isEmpty && further.isEmpty && dropped.isEmpty }

    /// Those that are not new here, in order of their ids.
    var earlier: [UUID] {
        dropped.union(further.keys).subtracting(drafted.map(\.brief)).inByteOrder
    }

    mutating func take(_ event: BriefEvent, _ brief: UUID) {
        switch event {
        case .drafted(let draft): drafted += draft.topics.map { (brief, $0.topic.description) }
        case .delivered: further[brief] = Stage.delivered
        case .outcomeRecorded(let outcome) where !outcome.outcome.isOpen: further[brief] = Stage.decided
        case .dropped: dropped.insert(brief)
        case .reworded, .putToSupporters, .checked, .outcomeRecorded: break
        }
    }

    var binds: [any PostgresEncodable] {
        let further = Set(further.keys).inByteOrder
        return [
            drafted.map(\.brief), drafted.map(\.topic), further, further.map { self.further[$0] },
            dropped.inByteOrder,
        ]
    }
}

import EventSourcing
import Foundation
import Postgres
import Topics

/// Columns of `drafted.sql`.
struct DraftedColumns: Sendable {
    private(set) var brief: [UUID] = []
    private var draftedPosition: [Int64] = []
    private var draftedAt: [PostgresTimestamp] = []
    private var organization: [String] = []
    private var titlePassage: [Int16] = []
    private var textPassage: [Int16] = []
    private var countedPosition: [Int64] = []
    private var countedVersion: [Int32] = []
    private var countedOf: [String] = []
    private var counts = CountColumns()

    mutating func append(_ draft: BriefDrafted, _ event: RecordedEvent) {
        brief.append(event.stream.id)
        draftedPosition.append(event.position)
        draftedAt.append(PostgresTimestamp(event.recordedAt))
        organization.append(draft.organization)
        titlePassage.append(draft.title.number)
        textPassage.append(draft.text.number)
        countedPosition.append(draft.position)
        countedVersion.append(Int32(clamping: draft.projectorVersion))
        countedOf.append(draft.countedOf ?? "")
        counts.append(draft.all)
    }

    var binds: [any PostgresEncodable] {
        [
            brief, draftedPosition, draftedAt, organization, titlePassage, textPassage, countedPosition,
            countedVersion, countedOf,
        ] + counts.binds
    }
}

/// Columns of `topics.sql`.
struct BriefTopicColumns: Sendable {
    private(set) var brief: [UUID] = []
    private var topic: [String] = []
    private var counts = CountColumns()

    mutating func append(_ topic: BriefTopic, _ brief: UUID) {
        self.brief.append(brief)
        self.topic.append(topic.topic.description)
        counts.append(topic.counts)
    }

    var binds: [any PostgresEncodable] { [brief, topic] + counts.binds }
}

/// What stood behind topics when they were counted, in columns.
struct CountColumns: Sendable {
    private var demands: [Int32] = []
    private var messages: [Int32] = []
    private var people: [Int32] = []
    private var unidentified: [Int32] = []
    private var supporters: [Int32] = []
    private var reportedSupport: [Int64] = []
    private var firstAt: [PostgresTimestamp] = []
    private var lastAt: [PostgresTimestamp] = []

    mutating func append(_ counts: BriefCounts) {
        demands.append(Int32(clamping: counts.demands))
        messages.append(Int32(clamping: counts.messages))
        people.append(Int32(clamping: counts.people))
        unidentified.append(Int32(clamping: counts.unidentified))
        supporters.append(Int32(clamping: counts.supporters))
        reportedSupport.append(Int64(counts.reportedSupport))
        firstAt.append(PostgresTimestamp(counts.firstAt))
        lastAt.append(PostgresTimestamp(counts.lastAt))
    }

    var binds: [any PostgresEncodable] {
        [demands, messages, people, unidentified, supporters, reportedSupport, firstAt, lastAt]
    }
}

/// Columns of `checks.sql`.
struct BriefCheckColumns: Sendable {
    private(set) var brief: [UUID] = []
    private var wording: [Int32] = []
    private var message: [UUID] = []
    private var person: [UUID?] = []
    private var answer: [String] = []

    mutating func append(_ check: BriefChecked, _ brief: UUID) {
        self.brief.append(brief)
        wording.append(Int32(clamping: check.wording))
        message.append(check.message)
        person.append(check.person)
        answer.append(check.answer.rawValue)
    }

    var binds: [any PostgresEncodable] { [brief, wording, message, person, answer] }
}

/// Columns of `changes.sql`; nil leaves a column as it is.
struct ChangedColumns: Sendable {
    let brief: [UUID]
    let state: [String?]
    let wording: [Int32?]
    let titlePassage: [Int16?]
    let textPassage: [Int16?]
    let putAt: [PostgresTimestamp?]
    let deliveredAt: [PostgresTimestamp?]
    let recipient: [String?]
    let outcome: [String?]
    let decidedAt: [PostgresTimestamp?]

    var binds: [any PostgresEncodable] {
        [brief, state, wording, titlePassage, textPassage, putAt, deliveredAt, recipient, outcome, decidedAt]
    }
}

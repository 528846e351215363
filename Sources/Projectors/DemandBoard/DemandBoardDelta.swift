import Demands
import EventSourcing
import Foundation
import Postgres

/// What a batch of events changes on the board.
///
/// A demand that is opened and changed in the same batch is written once, as it is at the end of the batch.
package struct DemandBoardDelta: Sendable {
    var messages = MessageColumns()
    var amended = AmendedMessages()
    var opened = OpenedDemands()
    var changes = DemandChanges()
    var wordings = WordingColumns()
    var against = AgainstColumns()
    var withdrawals = WithdrawalColumns()
    var names = NameChanges()
    /// In order; a live batch has one at most, its last event.
    var releases: [Release] = []

    /// - Parameter changes: also those of facts whose place's name leads elsewhere now.
    func touched(_ changes: DemandChanges) -> TouchedMessages {
        var touched = Set(messages.id)
        touched.formUnion(amended.columns.id)
        touched.formUnion(opened.messages)
        touched.formUnion(changes.messages)
        touched.formUnion(withdrawals.message)
        return TouchedMessages(touched, new: messages.id)
    }

    mutating func open(_ event: DemandOpened, message: UUID, position: Position) {
        opened.open(event, message: message, position: position)
        if let organization = event.against {
            against.set(DemandKey(message: message, demand: event.demand), organization)
        }
        if event.spans != nil { narrow(event.demand, of: message, in: nil, to: event.spans) }
    }

    /// Only parts of its passage word the demand, or all of it again.
    mutating func narrow(_ demand: Int16, of message: UUID, in passage: Int16?, to spans: [Span]?) {
        wordings.set(DemandKey(message: message, demand: demand), passage, spans)
    }

    mutating func change(_ demand: Int16, of message: UUID, _ position: Position, _ set: (inout DemandChange) -> Void) {
        if !opened.change(demand, of: message, at: position, set) {
            changes.change(demand, of: message, at: position, set)
        }
    }

    /// A message of this batch, and the demands opened here, are amended in place; an earlier one is found by its id.
    mutating func amend(_ content: FeedbackReceived, message: UUID, position: Position) {
        opened.touch(message, at: position)
        if messages.replace(message, by: content) == nil {
            amended.amend(message, by: content, at: position)
        }
    }

    /// Demands opened in this batch are withdrawn in place; those opened before are found by their message.
    mutating func withdraw(_ message: UUID, position: Position) {
        opened.withdraw(message, at: position)
        withdrawals.message.append(message)
        withdrawals.position.append(position)
    }
}

/// Which organizations demands speak against; columns of `against.sql`.
struct AgainstColumns: Sendable {
    private var keys: [DemandKey] = []
    private var organizations: [String?] = []
    private var places: [DemandKey: Int] = [:]

    var isEmpty: Bool { keys.isEmpty }

    /// - Parameter organization: nil: none after all.
    mutating func set(_ key: DemandKey, _ organization: String?) {
        if let place = places[key] {
            organizations[place] = organization
        } else {
            places[key] = keys.count
            keys.append(key)
            organizations.append(organization)
        }
    }

    var binds: [any PostgresEncodable] { [keys.map(\.message), keys.map(\.demand), organizations] }
}

/// The passages that word a feedback.
struct MessageWords: Sendable {
    let text: Int16
    let subject: Int16?

    init(_ content: FeedbackReceived) {
        text = content.text.number
        subject = content.subject?.number
    }
}

/// Messages of earlier batches that were amended in this one, as they are at its end.
struct AmendedMessages: Sendable {
    private(set) var columns = MessageColumns()
    /// Of each one's last amendment.
    private(set) var position: [Int64] = []

    mutating func amend(_ message: UUID, by content: FeedbackReceived, at position: Position) {
        if let index = columns.replace(message, by: content) {
            self.position[index] = position
        } else {
            columns.append(content.coordinates, MessageWords(content), message: message, receivedAt: nil)
            self.position.append(position)
        }
    }
}

/// Columns of `messages.sql` and `amendments.sql`.
struct MessageColumns: Sendable {
    var id: [UUID] = []
    var organization: [String] = []
    var place: [String] = []
    var placeKey: [String] = []
    var channel: [String] = []
    var groups: [String] = []
    var groupKeys: [String] = []
    var source: [String?] = []
    var language: [String?] = []
    /// Nil: nobody said, so that the time of recording counts.
    var occurredAt: [PostgresTimestamp?] = []
    /// Nil: of an amendment, which leaves it as it is.
    var receivedAt: [PostgresTimestamp?] = []
    var person: [UUID?] = []
    var support: [Int32] = []
    var text: [Int16?] = []
    var subject: [Int16?] = []

    /// - Parameter words: nil for a response, whose demands name theirs.
    mutating func append(
        _ received: MessageCoordinates,
        _ words: MessageWords?,
        message: UUID,
        receivedAt: Timestamp?
    ) {
        text.append(words?.text)
        subject.append(words?.subject)
        id.append(message)
        organization.append(received.organization ?? "")
        place.append(received.place.map(NameKey.trimmed) ?? "")
        placeKey.append(received.place.map(NameKey.of) ?? "")
        channel.append(received.channel)
        groups.append(received.groups.map(\.name).joinedForSQL)
        groupKeys.append(received.groups.map { NameKey.of($0.name) }.joinedForSQL)
        source.append(received.source)
        language.append(received.language)
        occurredAt.append(received.occurredAt.map { PostgresTimestamp($0) })
        self.receivedAt.append(receivedAt.map { PostgresTimestamp($0) })
        person.append(received.person)
        support.append(Int32(clamping: received.reportedSupport))
    }

    /// Puts an amendment in the place of the message, if it is among these.
    ///
    /// - Returns: its place; nil when it is not here. Amendments are few: looked for from the end.
    mutating func replace(_ message: UUID, by content: FeedbackReceived) -> Int? {
        guard let index = id.lastIndex(of: message) else { return nil }
        var one = MessageColumns()
        one.append(content.coordinates, MessageWords(content), message: message, receivedAt: nil)
        organization[index] = one.organization[0]
        place[index] = one.place[0]
        placeKey[index] = one.placeKey[0]
        channel[index] = one.channel[0]
        groups[index] = one.groups[0]
        groupKeys[index] = one.groupKeys[0]
        source[index] = one.source[0]
        language[index] = one.language[0]
        occurredAt[index] = one.occurredAt[0]
        person[index] = one.person[0]
        support[index] = one.support[0]
        text[index] = one.text[0]
        subject[index] = one.subject[0]
        return index
    }

    var binds: [any PostgresEncodable] {
        [
            id, organization, place, placeKey, channel, groups, groupKeys, source, language, occurredAt, receivedAt,
            person, support, text, subject,
        ]
    }
}

/// Columns of `wordings.sql`: the parts of a passage that word a demand; the last word about each holds.
struct WordingColumns: Sendable {
    private var keys: [DemandKey] = []
    private var passages: [Int16?] = []
    private var spans: [String?] = []
    private var places: [DemandKey: Int] = [:]

    var isEmpty: Bool { keys.isEmpty }

    mutating func set(_ key: DemandKey, _ passage: Int16?, _ spans: [Span]?) {
        let text = spans.map { $0.map { "\($0.from),\($0.to)" }.joined(separator: ",") }
        if let place = places[key] {
            passages[place] = passage
            self.spans[place] = text
        } else {
            places[key] = keys.count
            keys.append(key)
            passages.append(passage)
            self.spans.append(text)
        }
    }

    var binds: [any PostgresEncodable] { [keys.map(\.message), keys.map(\.demand), passages, spans] }
}

/// Columns of the messages withdrawn.
struct WithdrawalColumns: Sendable {
    var message: [UUID] = []
    var position: [Int64] = []

    var binds: [any PostgresEncodable] { [message, position] }
}

extension PostgresTimestamp {
    /// The same instant, as the database keeps it.
    init(_ timestamp: Timestamp) {
        self.init(microsecondsSince1970: timestamp.microsecondsSince1970)
    }
}

extension DemandBoardDelta {
    /// For `apply.sql`.
    var openedBinds: [any PostgresEncodable] {
        let demands = opened.columns
        return [
            demands.message, demands.demand, demands.opened, demands.position,
            demands.category.map { $0 ?? unclassifiedCategory }, demands.method.map { $0 ?? "none" }, demands.kind,
            demands.passage, demands.setsPlace, demands.place, demands.placeKey, demands.setsGroups, demands.groups,
            demands.groupKeys, demands.isWithdrawn,
        ]
    }
}

extension DemandChanges {
    /// For `apply.sql` of the board.
    var binds: [any PostgresEncodable] {
        let demands = columns
        return [
            demands.message, demands.demand, demands.position, demands.category, demands.method, demands.setsKind,
            demands.kind, demands.setsPlace, demands.place, demands.placeKey, demands.setsGroups, demands.groups,
            demands.groupKeys,
        ]
    }
}

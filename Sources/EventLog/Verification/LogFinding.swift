import EventSourcing
import Foundation

/// Something in a log that is not as it was written.
package enum LogFinding: Sendable, Equatable {
    /// No row at these positions.
    case eventsMissing(from: Position, to: Position)
    /// Rows that no batch added.
    case eventsUnexplained(from: Position, to: Position)
    /// What was recorded at these positions is not what stands there.
    case eventsAltered(from: Position, to: Position)
    /// The row of `log.batches` that should begin here is not there.
    case batchMissing(at: Position)
    /// The chain does not follow from the batch before: the batch, or the one before, is not as it was written.
    case chainBroken(from: Position, to: Position)
    /// The head row does not say what the last batch says.
    case headDiffers
    /// A passage is not the one that its message was stored with.
    case wordsAltered(stream: UUID, number: Int16)
    /// Words are gone, and no event says that they were forgotten.
    case wordsMissing(stream: UUID)
    /// A row of `log.commands` names a position that another stream, or nothing, stands at.
    case commandMisplaced(UUID)
    /// The log ends before the receipt's position.
    case cutOff(at: Position, receipt: Position)
    /// The log was written anew: at the receipt's position the chain is another one.
    case rewritten(upTo: Position)
    /// The receipt names an epoch that this log never had.
    case epochUnknown(UUID)

    /// For programs.
    package var code: String {
        switch self {
        case .eventsMissing: "events-missing"
        case .eventsUnexplained: "events-unexplained"
        case .eventsAltered: "events-altered"
        case .batchMissing: "batch-missing"
        case .chainBroken: "chain-broken"
        case .headDiffers: "head-differs"
        case .wordsAltered: "words-altered"
        case .wordsMissing: "words-missing"
        case .commandMisplaced: "command-misplaced"
        case .cutOff: "cut-off"
        case .rewritten: "rewritten"
        case .epochUnknown: "epoch-unknown"
        }
    }
}

extension LogFinding: CustomStringConvertible {
    /// For people: what, where.
    package var description: String {
        switch self {
        case .eventsMissing(let from, let to): "\(Self.positions(from, to)): missing"
        case .eventsUnexplained(let from, let to): "\(Self.positions(from, to)): no batch added what stands there"
        case .eventsAltered(let from, let to):
            "\(Self.positions(from, to)): not what was recorded there"
        case .batchMissing(let position): "position \(position): the row of log.batches that begins here is missing"
        case .chainBroken(let from, let to):
            "\(Self.positions(from, to)): the chain does not follow from the batch before"
        case .headDiffers: "log.heads does not say what the last row of log.batches says"
        case .wordsAltered(let stream, let number):
            "passage \(number) of \(stream.uuidString.lowercased()): not the words that were stored"
        case .wordsMissing(let stream):
            "\(stream.uuidString.lowercased()): words are gone, and no event says that they were forgotten"
        case .commandMisplaced(let id):
            "command \(id.uuidString.lowercased()): log.commands names a position where its stream has no event"
        case .cutOff(let position, let receipt):
            "the log ends at position \(position); the receipt is from position \(receipt): the end was cut off"
        case .rewritten(let position):
            "up to position \(position) the log was written anew: its chain is not the receipt's"
        case .epochUnknown(let epoch):
            "the receipt's epoch \(epoch.uuidString.lowercased()) is not one of this log's: it is another log's receipt, "
                + "or the log was replaced"
        }
    }

    private static func positions(_ from: Position, _ to: Position) -> String {
        from == to ? "position \(from)" : "positions \(from) to \(to)"
    }
}

import EventSourcing
import Logging
import Synchronization

/// What stands still, complained of once.
///
/// Work that fails is tried again in every round. Its complaint is repeated only when its words change, or when it went
/// well in between.
final class Standstills: Sendable {
    private let kind: String
    private let logger: Logger
    /// What was said last, by whom it is about.
    private let said = Mutex<[String: String]>([:])

    /// - Parameter kind: what it is about, as log lines name it: `projector`, `process`.
    init(of kind: String, logger: Logger) {
        self.kind = kind
        self.logger = logger
    }

    /// - Parameter position: where it stands; nil: that says nothing.
    func complain(of subject: String, _ error: any Error, at position: Position? = nil) {
        let text = "\(error)"
        let isNew = said.withLock { $0.updateValue(text, forKey: subject) != text }
        guard isNew else { return }
        var metadata: Logger.Metadata = [kind: "\(subject)", "error": "\(text)"]
        if let position { metadata["position"] = "\(position)" }
        logger.error("a \(kind) stands still; it is tried again in every round", metadata: metadata)
    }

    /// It goes well, or is not wanted any more: its next complaint is a new one.
    func isWell(_ subject: String) {
        said.withLock { $0[subject] = nil }
    }
}

import EventSourcing

/// Reads one tenant's log in position order and turns what it reads into commands: a classifier, a topic finder.
///
/// What it issues depends on the events (and the words that they point at) only, never on when or in which stretches they
/// are read. After a crash, or on a second node, a stretch is read again: each command must see from its stream that it was
/// carried out before, and then change nothing.
package protocol LogProcess: Sendable {
    /// Stable: its checkpoint is found by it.
    var name: String { get }
    /// Of what it works with (a model's number, a method's): another version reads the log from its beginning.
    var version: Int { get }

    /// Told before the first stretch, and whenever the next one does not follow the last: whatever it keeps in memory is
    /// made anew from the log up to this position.
    func begin(after position: Position) async throws

    /// The commands that a stretch of the log makes, each with the event that it answers.
    func commands(for events: [RecordedEvent]) async throws -> [ProcessCommand]
}

extension LogProcess {
    package func begin(after position: Position) async throws {}
}

/// A command of a process.
package struct ProcessCommand: Sendable {
    /// The event that made it.
    package let position: Position
    package let submission: Submission

    package init(position: Position, submission: Submission) {
        self.position = position
        self.submission = submission
    }
}

/// Says which processes a tenant has at present.
package protocol ProcessSource: Sendable {
    /// What these processes are of, as complaints name it; no other source has it.
    var name: String { get }

    func processes(of tenant: TenantID) async throws -> [any LogProcess]
}

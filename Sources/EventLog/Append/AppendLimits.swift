/// What bounds the commands of one tenant that wait, and each batch of them.
package struct AppendLimits: Sendable, Equatable {
    /// Commands that may wait, those of the batch under way included.
    package var waitingCommands = 8_192
    /// Bytes that they may bring. A single command that brings more goes in when nothing else waits.
    package var waitingBytes = 64 * 1_048_576
    /// Commands of one batch.
    package var batchCommands = 512
    /// Bytes of one batch; it has at least one command.
    package var batchBytes = 8 * 1_048_576
    /// So many persons looked up in a row must be new before strangers are taken for new ones; the append finds who is not.
    package var newBeforeTrust = 256
    /// When a command that found no room may come again.
    package var retryAfter: Duration = .seconds(1)

    package init() {}

    /// How many of the commands at the head of a queue make the next batch.
    func batch<Waiting>(of queue: some Sequence<Waiting>, bytes: (Waiting) -> Int) -> Int {
        var count = 0
        var sum = 0
        for waiting in queue {
            sum += bytes(waiting)
            guard count < batchCommands, count == 0 || sum <= batchBytes else { break }
            count += 1
        }
        return count
    }
}

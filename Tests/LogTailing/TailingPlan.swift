/// How much is written while a reader follows, and by how many.
package struct TailingPlan: Sendable {
    /// In all.
    package var events: Int
    package var writers: Int
    /// Stores, each with connections of its own, that the writers share.
    package var nodes: Int
    /// Commands that each writer has under way at once; on the table with a plain sequence, those of one transaction.
    package var chunk: Int
    /// Every so many transactions one takes its time between its work and its end.
    package var slowCommitEvery: Int
    package var slowCommitMilliseconds: Int
    /// Of so many chunks of a writer, one has a command that PostgreSQL refuses, and one is followed by a rollback.
    package var rollBackEvery: Int
    package var seed: UInt64

    package init(
        events: Int,
        writers: Int = 16,
        nodes: Int = 4,
        chunk: Int = 64,
        slowCommitEvery: Int = 50,
        slowCommitMilliseconds: Int = 20,
        rollBackEvery: Int = 16,
        seed: UInt64
    ) {
        self.events = events
        self.writers = writers
        self.nodes = nodes
        self.chunk = chunk
        self.slowCommitEvery = slowCommitEvery
        self.slowCommitMilliseconds = slowCommitMilliseconds
        self.rollBackEvery = rollBackEvery
        self.seed = seed
    }

    /// Of all events, those that this writer adds.
    func share(of writer: Int) -> Int { events / writers + (writer < events % writers ? 1 : 0) }
}

/// What came of it.
package struct TailingResult: Sendable {
    /// Events that are in the table after all.
    package var committed = 0
    /// Of these, those that the reader got.
    package var seen = 0
    /// Positions that the reader got more than once, or out of order.
    package var repeated = 0
    /// Positions between the first and the last that belong to nothing.
    package var gaps = 0
    /// Commands that were refused, and transactions that were rolled back: both stored nothing.
    package var refused = 0
    package var rolledBack = 0
    package var slowCommits = 0
    package var seconds = 0.0

    /// Events that are there and that the reader never got.
    package var skipped: Int { committed - seen }

    package var eventsPerSecond: Double { seconds > 0 ? Double(committed) / seconds : 0 }
}

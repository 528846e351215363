import Synchronization

/// Results on their way to a client that may not read them yet: in memory up to a limit, then in a temporary file.
///
/// Whoever puts results in never waits, so that a client that reads nothing before its body has ended is served too.
/// One task takes them out.
final class ResultQueue: Sendable {
    private struct State {
        var memory: [UInt8] = []
        var file: SpillFile?
        var isFinished = false
        var isOverfull = false
        var failure: SpillError?
        var waiter: CheckedContinuation<Void, Never>?

        var spilled: Int { file?.count ?? 0 }
    }

    /// Bytes handed out at once.
    private static let piece = 65_536

    private let limit: Int
    private let fileLimit: Int
    private let state = Mutex(State())

    init(memoryLimit: Int, fileLimit: Int) {
        limit = memoryLimit
        self.fileLimit = fileLimit
    }

    /// Whether more than the file's limit ever waited there: then nothing more should be decided. What has been decided
    /// still goes in.
    var isOverfull: Bool { state.withLock { $0.isOverfull } }

    /// Adds results behind all others.
    func append(_ bytes: [UInt8]) {
        wake { state in
            guard state.failure == nil else { return }
            do throws(SpillError) {
                // While anything waits in the file, newer results must queue behind it.
                if state.spilled > 0 || state.memory.count + bytes.count > limit {
                    if state.file == nil { state.file = try SpillFile() }
                    try state.file?.append(bytes)
                    if state.spilled > fileLimit { state.isOverfull = true }
                } else {
                    state.memory += bytes
                }
            } catch {
                state.failure = error
            }
        }
    }

    /// Nothing more comes.
    func finish() {
        wake { $0.isFinished = true }
    }

    /// The next piece, in order; nil when all is taken and nothing more comes.
    func next() async throws -> [UInt8]? {
        while true {
            if let piece = try take() { return piece.isEmpty ? nil : piece }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.memory.isEmpty || state.spilled > 0 || state.isFinished || state.failure != nil {
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    /// Nil: nothing there yet; empty: nothing will come.
    private func take() throws -> [UInt8]? {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            if !state.memory.isEmpty {
                defer { state.memory = [] }
                return state.memory
            }
            if state.spilled > 0 { return try state.file?.next(Self.piece) }
            return state.isFinished ? [] : nil
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}

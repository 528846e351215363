/// What a caller of a pool gets.
enum PoolGrant<Connection> {
    /// This connection.
    case use(Connection)
    /// A place without a connection: open one, or give the place back.
    case open
}

/// Who has which place of a pool, and who waits: the pure part of ``PostgresPool``.
///
/// A place is a connection, or the right to open one. Places are never more than `size`.
struct PoolState<Connection, Waiter> {
    enum Request {
        case granted(PoolGrant<Connection>)
        case wait
        case refused(PostgresError)
    }

    private struct Waiting {
        let id: UInt64
        let deadline: ContinuousClock.Instant
        var waiter: Waiter
    }

    let size: Int
    let maximumWaiters: Int
    private(set) var isClosed = false
    /// Last used first: few connections stay busy, warm and noticed.
    private var idle: [Connection] = []
    private(set) var places = 0
    /// In order of arrival, and so of deadline too.
    private var waiting: [Waiting] = []

    init(size: Int, maximumWaiters: Int) {
        self.size = max(1, size)
        self.maximumWaiters = max(0, maximumWaiters)
    }

    var idleCount: Int { idle.count }
    var waitingCount: Int { waiting.count }
    var nextDeadline: ContinuousClock.Instant? { waiting.first?.deadline }

    /// Somebody wants a connection. After `.wait` comes `enqueue`, under the same lock.
    mutating func request() -> Request {
        if isClosed { return .refused(.closed) }
        if let connection = idle.popLast() { return .granted(.use(connection)) }
        if places < size {
            places += 1
            return .granted(.open)
        }
        return waiting.count < maximumWaiters ? .wait : .refused(.poolExhausted)
    }

    mutating func enqueue(_ waiter: Waiter, id: UInt64, deadline: ContinuousClock.Instant) {
        waiting.append(Waiting(id: id, deadline: deadline, waiter: waiter))
    }

    /// A place comes back with its connection. Who waits longest gets it; `discard` is one to be closed.
    mutating func giveBack(_ connection: Connection) -> (next: (Waiter, PoolGrant<Connection>)?, discard: Connection?) {
        if isClosed {
            places -= 1
            return (nil, connection)
        }
        guard !waiting.isEmpty else {
            idle.append(connection)
            return (nil, nil)
        }
        return ((waiting.removeFirst().waiter, .use(connection)), nil)
    }

    /// A place comes back without a connection: broken, or never opened.
    mutating func giveBackEmpty() -> (Waiter, PoolGrant<Connection>)? {
        guard !isClosed, !waiting.isEmpty else {
            places -= 1
            return nil
        }
        return (waiting.removeFirst().waiter, .open)
    }

    /// Takes a waiter out; nil if it has been served already.
    mutating func cancel(id: UInt64) -> Waiter? {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return nil }
        return waiting.remove(at: index).waiter
    }

    /// Takes out all whose time is over.
    mutating func expire(now: ContinuousClock.Instant) -> [Waiter] {
        let count = waiting.prefix { $0.deadline <= now }.count
        defer { waiting.removeFirst(count) }
        return waiting.prefix(count).map(\.waiter)
    }

    /// Nobody gets anything any more; returns who and what is left over.
    mutating func close() -> (waiters: [Waiter], idle: [Connection]) {
        isClosed = true
        places -= idle.count
        defer {
            waiting = []
            idle = []
        }
        return (waiting.map(\.waiter), idle)
    }
}

extension PoolGrant: Sendable where Connection: Sendable {}

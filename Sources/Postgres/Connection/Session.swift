import CLibpq
import Glibc
import Synchronization

/// One `PGconn` and the straight-line code that drives it, without ever blocking in libpq.
///
/// Used by one thread only, that of its connection; it waits in poll(2) there. Not Sendable, so the compiler keeps it
/// inside the actor.
final class Session {
    /// What others may know about the connection without going to its thread.
    enum Condition: UInt8 {
        case idle, inTransaction, copying, broken
    }

    /// The part that any thread may read.
    final class Shared: Sendable {
        let condition = Atomic<UInt8>(Condition.broken.rawValue)
        let socket = Atomic<Int32>(-1)
    }

    let configuration: PostgresConfiguration
    let interrupt: Interrupt
    let shared: Shared
    var statements = StatementCache(capacity: 256)
    /// Inside `withTransaction` and before its COMMIT: a connection lost there has committed nothing.
    var isInsideManagedTransaction = false
    var copy: CopyState?

    private(set) var connection: OpaquePointer?
    private(set) var isClosed = false
    private var noticeReceiver: Unmanaged<NoticeReceiver>?
    private var cancelRequest: CancelRequest?

    init(configuration: PostgresConfiguration, interrupt: Interrupt, shared: Shared) {
        self.configuration = configuration
        self.interrupt = interrupt
        self.shared = shared
    }

    /// The server has said, while nothing was under way, that it is ending the connection.
    var isEnding: Bool {
        noticeReceiver?.takeUnretainedValue().hasSeenEnd ?? true
    }

    /// Takes over a `PGconn` that is being opened.
    func adopt(_ connection: OpaquePointer) {
        self.connection = connection
        let receiver = Unmanaged.passRetained(NoticeReceiver(configuration.onNotice))
        noticeReceiver = receiver
        PQsetNoticeReceiver(connection, NoticeReceiver.callback, receiver.toOpaque())
    }

    /// Ends the connection. It is `broken` for those who look at it, and `closed` for its own methods.
    func finish() {
        isClosed = true
        drop()
    }

    /// Gives up a connection that cannot be used any more.
    func drop() {
        shared.condition.store(Condition.broken.rawValue, ordering: .releasing)
        shared.socket.store(-1, ordering: .releasing)
        copy = nil
        if let connection {
            PQfinish(connection)
        }
        connection = nil
        noticeReceiver?.release()
        noticeReceiver = nil
    }

    deinit {
        drop()
    }

    /// The connection, if it is open and still good.
    func open() throws(PostgresError) -> OpaquePointer {
        guard !isClosed else { throw .closed }
        guard let connection else { throw .connectionLost(outcomeUnknown: false) }
        return connection
    }

    /// Publishes what state the server says the connection is in.
    func publishCondition() {
        guard let connection, PQstatus(connection) == CONNECTION_OK else {
            drop()
            return
        }
        let condition: Condition =
            if copy != nil {
                .copying
            } else {
                switch PQtransactionStatus(connection) {
                case PQTRANS_IDLE: .idle
                case PQTRANS_INTRANS, PQTRANS_INERROR: .inTransaction
                default: .broken
                }
            }
        shared.condition.store(condition.rawValue, ordering: .releasing)
    }

    // MARK: Waiting

    /// Waits until the socket can be read, or also written, or somebody asks to look around.
    ///
    /// Reads what there is. Sends the cancel request when the watch says so; throws when it gives up.
    func wait(toWrite: Bool, watch: inout StatementWatch) throws(PostgresError) {
        let connection = try open()
        let timeout = try timeoutOrCancel(&watch)
        let events = Int16(POLLIN) | (toWrite ? Int16(POLLOUT) : 0)
        let ready = pollSocket(PQsocket(connection), events, timeout)
        guard ready & ~Int16(POLLOUT) != 0 else { return }
        if PQconsumeInput(connection) == 0 {
            throw lost()
        }
    }

    /// Waits for a cancel request under way: until the server has taken it, it could hit the next statement.
    func waitForCancelRequest(_ watch: inout StatementWatch) throws(PostgresError) {
        while let request = cancelRequest, !request.isFinished {
            _ = pollSocket(-1, 0, try timeoutOrCancel(&watch))
        }
        cancelRequest = nil
    }

    /// The error for a connection that broke while a statement was under way; the connection is dropped.
    func lost() -> PostgresError {
        let isUnknown = !isInsideManagedTransaction
        drop()
        return .connectionLost(outcomeUnknown: isUnknown)
    }

    private func timeoutOrCancel(_ watch: inout StatementWatch) throws(PostgresError) -> Int32 {
        while true {
            switch watch.next(now: .now, isCancelled: interrupt.isRequested) {
            case .wait(let milliseconds): return milliseconds
            case .sendCancelRequest:
                guard let handle = PQgetCancel(try open()) else { throw lost() }
                cancelRequest = CancelRequest(handle: handle, waking: interrupt)
            case .giveUp: throw lost()
            }
        }
    }

    /// What of `events` (or an error) the socket has; 0 if the time is over or the interrupt came. Takes wake-ups.
    func pollSocket(_ socket: Int32, _ events: Int16, _ milliseconds: Int32) -> Int16 {
        withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 2) { watched in
            _ = watched.initialize(fromContentsOf: [
                pollfd(fd: socket, events: events, revents: 0),
                pollfd(fd: interrupt.descriptor, events: Int16(POLLIN), revents: 0),
            ])
            guard poll(watched.baseAddress, 2, milliseconds) > 0 else { return 0 }
            if watched[1].revents != 0 {
                interrupt.clear()
            }
            return watched[0].revents
        }
    }
}

/// Passes NOTICEs on; without it libpq would write them to standard error.
final class NoticeReceiver {
    private let receive: (@Sendable (ServerError) -> Void)?
    /// The server has said that it is ending the connection. Its end may still be on its way.
    private(set) var hasSeenEnd = false

    init(_ receive: (@Sendable (ServerError) -> Void)?) {
        self.receive = receive
    }

    static let callback: PQnoticeReceiver = { context, result in
        guard let context, let result else { return }
        let receiver = Unmanaged<NoticeReceiver>.fromOpaque(context).takeUnretainedValue()
        let notice = ServerError(result: result)
        if notice.severity == "FATAL" || notice.severity == "PANIC" {
            receiver.hasSeenEnd = true
        }
        receiver.receive?(notice)
    }
}

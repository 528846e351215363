import CLibpq

/// A COPY under way.
struct CopyState {
    enum Direction {
        case toServer
        case fromServer
    }

    let direction: Direction
    var watch: StatementWatch
    /// The last row of a COPY TO has been read; asking libpq for another would be an error.
    var isAtEnd = false
    let started = ContinuousClock.now
}

extension Session {
    /// How many bytes of rows are handed over at a time.
    private static let bufferSize = 256 * 1024
    /// libpq can turn in circles over one huge message while not blocking.
    private static let messageSize = 64 * 1024

    /// Starts a COPY in the wanted direction; the connection does nothing else until it ends.
    func beginCopy(_ statement: String, _ direction: CopyState.Direction) throws(PostgresError) {
        try ready()
        try checkText(statement)
        var watch = newWatch()
        defer { publishCondition() }
        try begin(&watch) { connection in PQsendQuery(connection, statement) }
        guard let result = try nextResult(&watch) else { throw lost() }
        let status = PQresultStatus(result)
        let wanted = direction == .toServer ? PGRES_COPY_IN : PGRES_COPY_OUT
        if status == wanted {
            PQclear(result)
            copy = CopyState(direction: direction, watch: watch)
            return
        }
        let isFailure = status == PGRES_FATAL_ERROR || status == PGRES_NONFATAL_ERROR
        let failure = isFailure ? ServerError(result: result) : nil
        PQclear(result)
        if status == PGRES_COPY_IN {
            try endCopyIn(try open(), "COPY FROM where COPY TO was expected", &watch)
        } else if status == PGRES_COPY_OUT {
            while try nextCopyMessage(&watch, { _ in }) {}
        }
        while let rest = try nextResult(&watch) {
            PQclear(rest)
        }
        try settle(&watch)
        guard let failure else { throw .misuse("a statement that is no COPY in this direction") }
        throw error(for: failure, stop: watch.stop, elapsed: .zero)
    }

    /// The next rows, whole messages, about 256 KiB of them; nil at the end of a COPY that succeeded.
    func nextCopyBuffer() throws(PostgresError) -> [UInt8]? {
        _ = try open()
        guard var state = copy, state.direction == .fromServer else { throw .misuse("no COPY TO is under way") }
        state.watch.extend(now: .now, limit: clientLimit)
        defer { if copy != nil { copy = state } }
        var buffer: [UInt8] = []
        buffer.reserveCapacity(Self.bufferSize + 16 * 1024)
        while !state.isAtEnd, buffer.count < Self.bufferSize {
            let hasMore = try nextCopyMessage(&state.watch) { buffer.append(contentsOf: $0) }
            state.isAtEnd = !hasMore
            if state.watch.stop != nil {
                // The server is on its way to the end; rows already under way are of no use to anybody.
                buffer.removeAll(keepingCapacity: true)
            }
        }
        guard buffer.isEmpty else { return buffer }
        copy = state
        _ = try endCopy()
        if let stop = state.watch.stop { throw Self.error(for: stop) }
        return nil
    }

    /// Hands bytes to the server; they need not end with a row.
    func putCopyData(_ bytes: [UInt8]) throws(PostgresError) {
        _ = try open()
        guard var watch = copy?.watch, copy?.direction == .toServer else { throw .misuse("no COPY FROM is under way") }
        watch.extend(now: .now, limit: clientLimit)
        defer { copy?.watch = watch }
        var offset = 0
        while offset < bytes.count {
            let connection = try open()
            let count = min(Self.messageSize, bytes.count - offset)
            let accepted = bytes.withUnsafeBytes { bytes in
                let start = bytes.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) }
                return PQputCopyData(connection, start, Int32(count))
            }
            switch accepted {
            case 1: offset += count
            case 0: break
            default:
                // The server has ended the COPY, usually because of a bad row: its answer says why.
                copy?.watch = watch
                _ = try endCopy()
                throw .misuse("the server ended the COPY early")
            }
            try flush(&watch)
            if let stop = watch.stop {
                copy?.watch = watch
                _ = try endCopy(abort: "stopped by the client")
                throw Self.error(for: stop)
            }
        }
    }

    /// Ends a COPY FROM, well or (with a reason) not, or reads the end of a COPY TO. Returns how many rows were copied.
    func endCopy(abort reason: String? = nil) throws(PostgresError) -> Int {
        let connection = try open()
        guard let state = copy else { throw .misuse("no COPY is under way") }
        var watch = state.watch
        watch.extend(now: .now, limit: clientLimit)
        defer {
            copy = nil
            publishCondition()
        }
        if state.direction == .toServer {
            try endCopyIn(connection, reason, &watch)
        }
        var rows = 0
        var failure: ServerError?
        while let result = try nextResult(&watch) {
            if PQresultStatus(result) == PGRES_COMMAND_OK {
                rows = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
            } else {
                failure = failure ?? ServerError(result: result)
            }
            PQclear(result)
        }
        try settle(&watch)
        if let failure {
            throw error(for: failure, stop: watch.stop, elapsed: .now - state.started)
        }
        return rows
    }

    /// Stops a COPY that somebody has lost interest in, whichever way it goes; the connection is usable afterwards.
    func abandonCopy() throws(PostgresError) {
        guard let direction = copy?.direction, var watch = copy?.watch else { return }
        do throws(PostgresError) {
            if direction == .fromServer {
                // The server is told to stop and whatever it has sent is read.
                interrupt.request(interrupt.begin())
                defer { interrupt.end() }
                while copy?.isAtEnd == false, try nextCopyMessage(&watch, { _ in }) {}
                copy?.isAtEnd = true
                copy?.watch = watch
            }
            _ = try endCopy(abort: "abandoned by the client")
        } catch {
            // The error is what was asked for, unless the connection is gone.
            if connection == nil { throw error }
        }
    }

    /// Says that no more rows come; with a reason the server throws away what it has.
    func endCopyIn(
        _ connection: OpaquePointer,
        _ reason: String?,
        _ watch: inout StatementWatch
    ) throws(PostgresError) {
        while PQputCopyEnd(connection, reason) == 0 {
            try wait(toWrite: true, watch: &watch)
        }
        try flush(&watch)
    }

    /// Calls `body` with the next message of a COPY TO; false after the last.
    func nextCopyMessage(
        _ watch: inout StatementWatch,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(PostgresError) -> Bool {
        while true {
            let connection = try open()
            var start: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(connection, &start, 1)
            if count > 0 {
                body(UnsafeRawBufferPointer(start: start, count: Int(count)))
                PQfreemem(start)
                return true
            }
            // -1: no more; -2: an error, which is the next result
            guard count == 0 else { return false }
            try wait(toWrite: false, watch: &watch)
        }
    }
}

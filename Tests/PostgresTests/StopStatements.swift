import Foundation
import Glibc
import Postgres
import Testing

@Suite struct StopStatements {
    @Test func aServerThatSaysNothingCannotHoldAConnect() async throws {
        let listener = try SilentListener()
        var configuration = try PostgresConfiguration(
            connectionString: "host=127.0.0.1 port=\(listener.port) user=x dbname=x"
        )
        configuration.connectTimeout = .milliseconds(300)
        let error = try await postgresError { _ = try await PostgresConnection.connect(configuration) }
        #expect(error == .timedOut(.connect))
    }

    @Test func connectingCanBeCancelled() async throws {
        let listener = try SilentListener()
        var configuration = try PostgresConfiguration(
            connectionString: "host=127.0.0.1 port=\(listener.port) user=x dbname=x"
        )
        configuration.connectTimeout = .seconds(60)
        let task = Task { [configuration] in _ = try await PostgresConnection.connect(configuration) }
        try await listener.accepted()
        task.cancel()
        #expect(try await postgresError { try await task.value } == .cancelled)
    }

    @Test func theServerEndsALateStatement() async throws {
        try await withFreshConnection({ $0.statementTimeout = .seconds(1) }) { connection async throws in
            let error = try await postgresError { try await connection.execute("SELECT pg_sleep(60)") }
            #expect(error == .timedOut(.statement))
            #expect(error?.sqlState == .queryCancelled)
            #expect(try await connection.query("SELECT 1").decodeOne(Int.self) == 1)
        }
    }

    @Test func theClientEndsALateStatementWhenTheServerDoesNot() async throws {
        try await withFreshConnection({
            $0.statementTimeout = .milliseconds(200)
            $0.grace = .seconds(1)
            // The server is told otherwise, so that only the client's own deadline is left.
            $0.runtimeParameters = [("statement_timeout", "0")]
        }) { connection async throws in
            let error = try await postgresError { try await connection.execute("SELECT pg_sleep(60)") }
            #expect(error == .timedOut(.statement))
            #expect(try await connection.query("SELECT 1").decodeOne(Int.self) == 1)
        }
    }

    @Test func aServerThatFallsSilentLosesTheConnection() async throws {
        let cluster = try await freshDatabase()
        var configuration = cluster
        configuration.statementTimeout = .seconds(1)
        configuration.grace = .milliseconds(500)
        try await withConnection(cluster) { other async throws in
            let connection = try await PostgresConnection.connect(configuration)
            let pid = try #require(try await connection.query("SELECT pg_backend_pid()").decodeOne(Int32.self))
            kill(pid, SIGSTOP)
            let error = try await postgresError { try await connection.execute("SELECT 1") }
            kill(pid, SIGCONT)
            #expect(error == .connectionLost(outcomeUnknown: true))
            #expect(
                try await postgresError { try await connection.execute("SELECT 1") }
                    == .connectionLost(outcomeUnknown: false)
            )
            await connection.close()
            #expect(try await postgresError { try await connection.execute("SELECT 1") } == .closed)
            #expect(try await other.query("SELECT 1").decodeOne(Int.self) == 1)
        }
    }

    @Test func aLockIsWaitedForSoLongOnly() async throws {
        var configuration = try await freshDatabase()
        configuration.lockTimeout = .milliseconds(100)
        let limited = configuration
        try await withConnection(configuration) { holder async throws in
            try await holder.run(script: "CREATE TABLE t ()")
            try await holder.withTransaction { holder in
                try await holder.execute("LOCK TABLE t")
                try await withConnection(limited) { connection async throws in
                    let error = try await postgresError { try await connection.execute("LOCK TABLE t NOWAIT") }
                    #expect(error?.sqlState == .lockNotAvailable || error?.sqlState == "25P01")
                    let late = try await postgresError { try await connection.execute("SELECT * FROM t") }
                    #expect(late?.sqlState == .lockNotAvailable)
                    #expect(try await connection.query("SELECT 1").decodeOne(Int.self) == 1)
                }
            }
        }
    }

    @Test func anIdleTransactionIsEndedByTheServer() async throws {
        var configuration = try await freshDatabase()
        configuration.idleInTransactionTimeout = .milliseconds(100)
        try await withConnection(configuration) { watcher async throws in
            let connection = try await PostgresConnection.connect(configuration)
            let error = try await postgresError {
                try await connection.withTransaction { connection async throws in
                    let pid = try await connection.query("SELECT pg_backend_pid()").decodeOne(Int32.self)
                    let isGone = try await eventually {
                        let left = try await watcher.query("SELECT count(*) FROM pg_stat_activity WHERE pid = \(pid)")
                        return try left.decodeOne(Int.self) == 0
                    }
                    #expect(isGone)
                    try await connection.execute("SELECT 1")
                }
            }
            #expect(error == .connectionLost(outcomeUnknown: false))
            await connection.close()
        }
    }

    @Test func aCancelledTaskSendsNothing() async throws {
        try await withFreshConnection { connection async throws in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await connection.execute("CREATE TABLE t ()")
            }
            #expect(try await postgresError { _ = try await task.value } == .cancelled)
            #expect(try await connection.query("SELECT to_regclass('t') IS NULL").decodeOne(Bool.self) == true)
        }
    }

    @Test func cancelsAtRandomTimesLeaveTheConnectionUsable() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        try await withFreshConnection { connection async throws in
            var cancelled = 0
            for number in 0..<200 {
                let spins = Int.random(in: 0..<400, using: &random)
                let task = Task {
                    // Long enough to be hit in the middle most of the time, at whatever stage.
                    try await connection.query("SELECT \(number), pg_sleep(0.002), x FROM generate_series(1, 300) AS x")
                }
                for _ in 0..<spins { await Task.yield() }
                task.cancel()
                do {
                    #expect(try await task.value.first?.decode(0, as: Int.self) == number, "seed \(seed)")
                } catch {
                    #expect(error as? PostgresError == .cancelled, "seed \(seed)")
                    cancelled += 1
                }
                let next = try await connection.query("SELECT \(number) + 1").decodeOne(Int.self)
                #expect(next == number + 1, "seed \(seed)")
            }
            #expect(cancelled > 20, "seed \(seed)")
        }
    }

    @Test func cancellingAtRandomTimesNeverHitsTheNextStatement() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        try await withFreshConnection { connection async throws in
            for _ in 0..<200 {
                let spins = Int.random(in: 0..<60, using: &random)
                let task = Task { try await connection.execute("SELECT 1") }
                for _ in 0..<spins { await Task.yield() }
                task.cancel()
                _ = await task.result
                // Long enough for a late cancel request to arrive.
                let error = try await postgresError { try await connection.execute("SELECT pg_sleep(0.003)") }
                #expect(error == nil, "seed \(seed)")
            }
        }
    }
}

/// A listener on the loopback that accepts connections, in the kernel, and never says a word.
private final class SilentListener: Sendable {
    struct Failure: Error {}

    let port: UInt16
    private let socket: Int32

    init() throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) == 0 && listen(socket, 8) == 0
                    && getsockname(socket, pointer, &length) == 0
            }
        }
        guard result else { throw Failure() }
        self.socket = socket
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Returns when somebody has connected.
    func accepted() async throws {
        let hasConnection = try await eventually {
            var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            return poll(&watched, 1, 0) > 0
        }
        guard hasConnection else { throw Failure() }
    }

    deinit {
        close(socket)
    }
}

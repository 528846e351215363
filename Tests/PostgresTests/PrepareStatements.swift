import Testing

@testable import Postgres

@Suite struct PrepareStatements {
    private func prepared(_ connection: PostgresConnection) async throws -> Int? {
        try await connection.query("SELECT count(*) FROM pg_prepared_statements").decodeOne(Int.self)
    }

    @Test func oneStatementForAllValues() async throws {
        try await withFreshConnection { connection async throws in
            for number in 0..<50 {
                #expect(try await connection.query("SELECT \(number) * 2").decodeOne(Int.self) == number * 2)
            }
            #expect(try await prepared(connection) == 2)
        }
    }

    @Test func otherTypesAreOtherStatements() async throws {
        try await withFreshConnection { connection async throws in
            let long = try await connection.query("SELECT pg_typeof(\(1))::text").decodeOne(String.self)
            let short = try await connection.query("SELECT pg_typeof(\(Int16(1)))::text").decodeOne(String.self)
            #expect(long == "bigint" && short == "smallint")
        }
    }

    @Test func neverMoreThanTheCacheHolds() async throws {
        try await withFreshConnection { connection async throws in
            for number in 0..<600 {
                let value = try await connection.query(SQL("SELECT \(number)")).decodeOne(Int.self)
                #expect(value == number)
                let text = try await connection.query(SQL("SELECT \(number)" + " + 0 AS c\(number)", []))
                #expect(try text.decodeOne(Int32.self) == Int32(number))
            }
            let count = try #require(try await prepared(connection))
            #expect(count <= 257 && count > 250)
        }
    }

    @Test func staleAfterDDLIsPreparedAgain() async throws {
        try await withFreshConnection { connection async throws in
            try await connection.run(script: "CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
            #expect(try await connection.query("SELECT * FROM t").columns == ["a"])
            try await connection.run(script: "ALTER TABLE t ADD COLUMN b text DEFAULT 'x'")
            let rows = try await connection.query("SELECT * FROM t")
            #expect(try #require(try rows.decodeOne((Int, String).self)) == (1, "x"))
            try await connection.run(script: "DEALLOCATE ALL")
            #expect(try await connection.query("SELECT * FROM t").count == 1)
            #expect(try await connection.query("SELECT 1").decodeOne(Int.self) == 1)
        }
    }

    @Test func staleInsideATransactionIsAnErrorOnce() async throws {
        try await withFreshConnection { connection async throws in
            try await connection.run(script: "CREATE TABLE t (a int)")
            #expect(try await connection.query("SELECT * FROM t").isEmpty)
            try await connection.run(script: "ALTER TABLE t ADD COLUMN b int")
            let error = try await postgresError {
                try await connection.withTransaction { _ = try await $0.query("SELECT * FROM t") }
            }
            #expect(error?.sqlState == .featureNotSupported)
            let columns = try await connection.withTransaction { try await $0.query("SELECT * FROM t").columns }
            #expect(columns == ["a", "b"])
        }
    }

    @Test func leastRecentlyUsedGoesFirst() {
        var cache = StatementCache(capacity: 2)
        let keys = ["a", "b", "c"].map { StatementCache.Key(text: $0, types: []) }
        cache.insert(keys[0], name: cache.freshName())
        #expect(cache.name(for: keys[1]) == nil)
        cache.insert(keys[1], name: cache.freshName())
        #expect(cache.name(for: keys[0]) == "chorus_1")
        cache.insert(keys[2], name: cache.freshName())
        #expect(cache.name(for: keys[1]) == nil)
        #expect(cache.name(for: keys[0]) == "chorus_1" && cache.name(for: keys[2]) == "chorus_3")
        #expect(cache.takeRetired() == ["chorus_2"])
        #expect(cache.takeRetired().isEmpty)
    }
}

@Suite struct WatchStatements {
    private let now = ContinuousClock.now

    @Test func waitsUntilItsDeadline() {
        var watch = StatementWatch(now: now, limit: .milliseconds(1500), grace: .seconds(1))
        #expect(watch.next(now: now, isCancelled: false) == .wait(1500))
        #expect(watch.next(now: now + .milliseconds(1499), isCancelled: false) == .wait(1))
        #expect(watch.stop == nil)
    }

    @Test func waitsForEverWithoutALimit() {
        var watch = StatementWatch(now: now, limit: nil, grace: .seconds(1))
        #expect(watch.next(now: now + .seconds(1_000_000), isCancelled: false) == .wait(-1))
    }

    @Test func stopsOnceAndGivesUpAfterTheGrace() {
        var watch = StatementWatch(now: now, limit: .seconds(1), grace: .seconds(2))
        #expect(watch.next(now: now + .seconds(1), isCancelled: false) == .sendCancelRequest)
        #expect(watch.stop == .timedOut)
        #expect(watch.next(now: now + .seconds(1), isCancelled: true) == .wait(2000))
        #expect(watch.next(now: now + .seconds(3), isCancelled: true) == .giveUp)
    }

    @Test func cancellationComesBeforeTheDeadline() {
        var watch = StatementWatch(now: now, limit: nil, grace: .seconds(2))
        #expect(watch.next(now: now, isCancelled: true) == .sendCancelRequest)
        #expect(watch.stop == .cancelled)
        watch.extend(now: now + .seconds(1), limit: .seconds(100))
        #expect(watch.next(now: now + .seconds(2), isCancelled: true) == .giveUp)
    }
}

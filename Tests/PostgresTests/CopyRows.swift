import Foundation
import Postgres
import Testing

@Suite struct CopyRows {
    private struct Stop: Error {}

    private func withTable(_ body: (PostgresConnection) async throws -> Void) async throws {
        try await withFreshConnection { connection async throws in
            try await connection.run(script: "CREATE TABLE t (n bigint, word text, body json)")
            try await body(connection)
        }
    }

    private func works(_ connection: PostgresConnection) async throws {
        #expect(try await connection.query("SELECT 1").decodeOne(Int.self) == 1)
    }

    @Test func textInAndOutIsTheSame() async throws {
        let line = String(repeating: "x", count: 80)
        let lines = (0..<30_000).map { "\($0)\t\(line)\t{}\n" }
        try await withTable { connection async throws in
            let count = try await connection.copyIn("COPY t FROM STDIN") { writer in
                for start in stride(from: 0, to: lines.count, by: 7_001) {
                    try await writer.write(Array(lines[start..<min(start + 7_001, lines.count)].joined().utf8))
                }
            }
            #expect(count == lines.count)
            var sizes: [Int] = []
            var text: [UInt8] = []
            try await connection.copyOut("COPY (SELECT * FROM t ORDER BY n) TO STDOUT") { buffer in
                sizes.append(buffer.count)
                text += buffer
                #expect(buffer.last == UInt8(ascii: "\n"))
            }
            #expect(text == Array(lines.joined().utf8))
            #expect(sizes.dropLast().allSatisfy { (256 * 1024..<300 * 1024).contains($0) })
            #expect(sizes.count > 5)
            try await works(connection)
        }
    }

    @Test func binaryRowsInAndOut() async throws {
        try await withTable { connection async throws in
            var encoder = BinaryCopyEncoder()
            for number in 0..<20_000 {
                encoder.append(number, number % 3 == 0 ? nil : "第\(number)条", PostgresJSON("{ \"n\":\(number)}"))
            }
            let bytes = encoder.finish()
            #expect(
                try await connection.copyIn("COPY t FROM STDIN (FORMAT binary)") { try await $0.write(bytes) } == 20_000
            )
            let sums = try await connection.query(
                "SELECT sum(n), count(word), count(*) FILTER (WHERE body::text = '{ \"n\":' || n || '}') FROM t"
            )
            #expect(try #require(try sums.decodeOne((Int, Int, Int).self)) == (199_990_000, 13_333, 20_000))

            var decoder = BinaryCopyDecoder([.int8, .text, .json])
            var seen = 0
            try await connection.copyOut("COPY (SELECT * FROM t ORDER BY n) TO STDOUT (FORMAT binary)") { buffer in
                try decoder.decode(buffer, as: (Int, String?, PostgresJSON).self) { number, word, _ in
                    #expect(number == seen && word == (number % 3 == 0 ? nil : "第\(number)条"))
                    seen += 1
                }
            }
            #expect(seen == 20_000)
        }
    }

    @Test func oneHugeRow() async throws {
        let word = String(repeating: "汇", count: 3_000_000)
        try await withTable { connection async throws in
            try await connection.copyIn("COPY t (word) FROM STDIN") { try await $0.write(Array(word.utf8)) }
            #expect(try await connection.query("SELECT word FROM t").decodeOne(String.self) == word)
            var bytes = 0
            try await connection.copyOut("COPY t (word) TO STDOUT") { bytes += $0.count }
            #expect(bytes == 9_000_001)
        }
    }

    @Test func emptyCopies() async throws {
        try await withTable { connection async throws in
            #expect(try await connection.copyIn("COPY t FROM STDIN") { _ in } == 0)
            var calls = 0
            try await connection.copyOut("COPY t TO STDOUT") { _ in calls += 1 }
            #expect(calls == 0)
            try await works(connection)
        }
    }

    @Test func aProducerThatThrowsStoresNothing() async throws {
        try await withTable { connection async throws in
            await #expect(throws: Stop.self) {
                try await connection.copyIn("COPY t (n) FROM STDIN") { writer in
                    try await writer.write(Array(repeating: "1\n", count: 600_000).joined().utf8.map { $0 })
                    throw Stop()
                }
            }
            #expect(try await connection.query("SELECT count(*) FROM t").decodeOne(Int.self) == 0)
        }
    }

    @Test func aConsumerThatThrowsLeavesTheConnectionUsable() async throws {
        try await withTable { connection async throws in
            for _ in 0..<5 {
                await #expect(throws: Stop.self) {
                    try await connection.copyOut("COPY (SELECT generate_series(1, 50000000)) TO STDOUT") { _ in
                        throw Stop()
                    }
                }
                try await works(connection)
            }
        }
    }

    @Test func aBadRowIsTheServersError() async throws {
        try await withTable { connection async throws in
            let error = try await postgresError {
                try await connection.copyIn("COPY t (n) FROM STDIN") { writer in
                    try await writer.write(Array("1\nnot a number\n".utf8))
                    for _ in 0..<100 {
                        try await writer.write(Array(String(repeating: "1\n", count: 50_000).utf8))
                    }
                }
            }
            #expect(error?.sqlState == .invalidTextRepresentation)
            try await works(connection)
            let atTheEnd = try await postgresError {
                try await connection.copyIn("COPY t (n) FROM STDIN") { try await $0.write(Array("x\n".utf8)) }
            }
            #expect(atTheEnd?.sqlState == .invalidTextRepresentation)
            try await works(connection)
        }
    }

    @Test func refusesWhatIsNoCopyOrTheOtherWay() async throws {
        try await withTable { connection async throws in
            for statement: UtilitySQL in ["SELECT 1", "COPY t FROM STDIN"] {
                let error = try await postgresErrorOrMisuse { try await connection.copyOut(statement) { _ in } }
                #expect(error == "misuse")
            }
            let error = try await postgresErrorOrMisuse { try await connection.copyIn("COPY t TO STDOUT") { _ in } }
            #expect(error == "misuse")
            let missing = try await postgresError { try await connection.copyOut("COPY missing TO STDOUT") { _ in } }
            #expect(missing?.sqlState == .undefinedTable)
            try await works(connection)
        }
    }

    @Test func aCopyStoppedInsideATransactionRollsBackWithIt() async throws {
        try await withTable { connection async throws in
            await #expect(throws: Stop.self) {
                try await connection.withTransaction { connection in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    try await connection.copyOut("COPY (SELECT generate_series(1, 50000000)) TO STDOUT") { _ in
                        throw Stop()
                    }
                }
            }
            #expect(try await connection.query("SELECT count(*) FROM t").decodeOne(Int.self) == 0)
        }
    }

    @Test func noStatementRunsInTheMiddle() async throws {
        try await withTable { connection async throws in
            try await connection.copyOut("COPY (SELECT generate_series(1, 200000)) TO STDOUT") { _ in
                let error = try await postgresErrorOrMisuse { try await connection.execute("SELECT 1") }
                #expect(error == "misuse")
            }
            try await works(connection)
        }
    }

    @Test func cancellationStopsACopy() async throws {
        try await withTable { connection async throws in
            let (reached, signal) = AsyncStream<Void>.makeStream()
            let task = Task {
                try await connection.copyOut("COPY (SELECT generate_series(1, 50000000)) TO STDOUT") { _ in
                    signal.yield()
                }
            }
            for await _ in reached { break }
            task.cancel()
            #expect(try await postgresError { try await task.value } == .cancelled)
            try await works(connection)
        }
    }

    private func postgresErrorOrMisuse(_ body: () async throws -> Void) async throws -> String {
        guard case .misuse = try await postgresError(body) else { return "other" }
        return "misuse"
    }
}

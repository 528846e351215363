import Foundation
import Testing

@testable import ChorusHTTP

/// A body cut anywhere gives the same lines.
@Suite struct CutBodiesIntoLines {
    private func lines(_ text: String, pieces: Int, limit: Int = 20) -> [BulkLines.Line] {
        var cutter = BulkLines(limit: limit)
        var all: [BulkLines.Line] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            all += cutter.append(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        if let last = cutter.end() { all.append(last) }
        return all
    }

    @Test func numbersAllButGivesOnlyFullOnes() {
        let long = String(repeating: "x", count: 21)
        let text = "a\n\n  \r\nbb\r\n\(long)\nc\n" + String(repeating: "y", count: 20) + "\nend"
        let expected: [BulkLines.Line] = [
            .text(number: 1, Array("a".utf8)), .text(number: 4, Array("bb\r".utf8)), .tooLong(number: 5),
            .text(number: 6, Array("c".utf8)), .text(number: 7, Array(repeating: 121, count: 20)),
            .text(number: 8, Array("end".utf8)),
        ]
        for pieces in 1...text.utf8.count { #expect(lines(text, pieces: pieces) == expected) }
    }

    @Test func anEndWithoutLineFeedIsALineOnlyWhenTheBodyEnded() {
        var cutter = BulkLines(limit: 20)
        #expect(cutter.append(Array("whole\npart".utf8)) == [.text(number: 1, Array("whole".utf8))])
        #expect(cutter.end() == .text(number: 2, Array("part".utf8)))
        #expect(cutter.end() == nil)
        var long = BulkLines(limit: 3)
        #expect(long.append(Array("abcdef".utf8)) == [])
        #expect(long.end() == .tooLong(number: 1))
    }
}

/// Results wait without making anyone wait.
@Suite struct QueueResults {
    @Test(arguments: [0, 10, 1_000, 1_000_000])
    func keepsOrderAcrossMemoryAndFile(limit: Int) async throws {
        var generator = SystemRandomNumberGenerator()
        let seed = generator.next() as UInt64
        var random = Xorshift(state: seed | 1)
        let queue = ResultQueue(memoryLimit: limit, fileLimit: .max)
        var sent: [UInt8] = []
        var received: [UInt8] = []
        for number in 0..<2_000 {
            let piece = Array("\(number),".utf8)
            sent += piece
            queue.append(piece)
            if random.next() % 5 == 0, let taken = try await queue.next() { received += taken }
        }
        queue.finish()
        while let taken = try await queue.next() { received += taken }
        #expect(received == sent, "seed \(seed)")
    }

    @Test func tellsWhenTooMuchWaitsAndLosesNothing() async throws {
        let queue = ResultQueue(memoryLimit: 10, fileLimit: 10)
        for _ in 0..<20 {
            #expect(!queue.isOverfull)
            queue.append([1])
        }
        queue.append([1])
        #expect(queue.isOverfull)
        queue.finish()
        var taken = 0
        while let piece = try await queue.next() { taken += piece.count }
        // It stays so: the request has been given up.
        #expect(taken == 21 && queue.isOverfull)
    }

    @Test func whoeverTakesWaitsForWhoeverPuts() async throws {
        let queue = ResultQueue(memoryLimit: 100, fileLimit: .max)
        async let all = {
            var all: [UInt8] = []
            while let piece = try await queue.next() { all += piece }
            return all
        }()
        for number in 0..<100 {
            queue.append([UInt8(number)])
            await Task.yield()
        }
        queue.finish()
        #expect(try await all == (0..<100).map { UInt8($0) })
    }
}

/// A small generator whose runs can be repeated.
struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

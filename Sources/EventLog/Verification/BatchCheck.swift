import Crypto
import EventSourcing
import Foundation
import Postgres

/// A row of `log.batches`.
struct StoredBatch: Sendable {
    let first: Position
    let last: Position
    /// Microseconds since 2000-01-01T00:00:00Z, as PostgreSQL sends them.
    let recordedAt: Int64
    let format: Int16
    let digests: [UInt8]
    let chain: [UInt8]

    /// The chain after the batch, from the one before; nil for a format that is not known.
    func chain(after before: [UInt8], tenant: TenantID) -> [UInt8]? {
        switch format {
        case 1: return sha256(before + digests)
        case 2:
            var bytes = before
            bytes.reserveCapacity(before.count + 28 + digests.count)
            bytes.appendNumber(tenant.rawValue)
            bytes.appendNumber(first)
            bytes.appendNumber(last)
            bytes.appendNumber(recordedAt)
            bytes += digests
            return sha256(bytes)
        default: return nil
        }
    }
}

/// The events of one batch, gathered in the framing of their digests, and then compared with these.
///
/// Digests are one a command, and nothing says where a command's events end: they are looked for, first at the end of a
/// run of events of one stream, where it nearly always is.
struct BatchCheck {
    private var frames: [UInt8] = []
    /// Where each event's frame begins, and whether it goes on with the stream of the event before.
    private var starts: [Int] = []
    private var continues: [Bool] = []
    private var stream = [UInt8](repeating: 0, count: 16)
    private var hasOtherTime = false

    var count: Int { starts.count }

    mutating func reset() {
        frames.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        continues.removeAll(keepingCapacity: true)
        hasOtherTime = false
    }

    /// Adds an event from its fields: stream id, stream type, version, type, schema version, actor, body, all as PostgreSQL
    /// sends them, which is as they are framed.
    mutating func add(_ fields: ArraySlice<UnsafeRawBufferPointer?>, isOfBatchTime: Bool) {
        starts.append(frames.count)
        if !isOfBatchTime { hasOtherTime = true }
        for (index, field) in fields.enumerated() {
            guard let field else { continue }
            if index == 0 {
                let isSame = !continues.isEmpty && stream.elementsEqual(field)
                if !isSame { stream = Array(field) }
                continues.append(isSame)
            }
            // Stream id, version and schema version have a fixed length; texts carry theirs.
            if ![0, 2, 4].contains(index) { frames.appendNumber(UInt32(field.count)) }
            frames.append(contentsOf: field)
        }
    }

    /// The events, by number within the batch, that are not what the digests say; nil when all are.
    func altered(digests: [UInt8]) -> ClosedRange<Int>? {
        guard count > 0 else { return nil }
        if hasOtherTime { return 0...count - 1 }
        var forward = 0
        var digest = 0
        let total = digests.count / 32
        while digest < total, forward < count, let end = end(from: forward, digest: digest, digests) {
            forward = end
            digest += 1
        }
        if forward == count, digest == total, digests.count % 32 == 0 { return nil }
        // What fits from the other end is as it was, too.
        var backward = count
        var last = total
        while last > digest, backward > forward,
            let start = start(to: backward, digest: last - 1, digests, from: forward)
        {
            backward = start
            last -= 1
        }
        return forward < backward ? forward...backward - 1 : min(forward, count - 1)...min(forward, count - 1)
    }

    private func end(from start: Int, digest: Int, _ digests: [UInt8]) -> Int? {
        var runEnd = start + 1
        while runEnd < count, continues[runEnd] { runEnd += 1 }
        if matches(start..<runEnd, digest, digests) { return runEnd }
        var end = start + 1
        while end < runEnd {
            if matches(start..<end, digest, digests) { return end }
            end += 1
        }
        return nil
    }

    private func start(to end: Int, digest: Int, _ digests: [UInt8], from lowest: Int) -> Int? {
        var start = end - 1
        while start >= lowest {
            if matches(start..<end, digest, digests) { return start }
            guard continues[start] else { return nil }
            start -= 1
        }
        return nil
    }

    private func matches(_ events: Range<Int>, _ digest: Int, _ digests: [UInt8]) -> Bool {
        let from = starts[events.lowerBound]
        let to = events.upperBound < count ? starts[events.upperBound] : frames.count
        var hasher = SHA256()
        frames.withUnsafeBytes { hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[from..<to])) }
        return hasher.finalize().elementsEqual(digests[digest * 32..<digest * 32 + 32])
    }
}

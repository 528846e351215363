/// Cuts a body into lines as its pieces come in; no I/O.
///
/// Lines are numbered from 1, blank ones are counted and passed over. A line over the limit is named and skipped up to
/// its end. What follows the last line feed is a line only once the body has ended properly.
struct BulkLines {
    enum Line: Equatable {
        case text(number: Int, [UInt8])
        case tooLong(number: Int)
    }

    private let limit: Int
    private var number = 0
    private var partial: [UInt8] = []
    private var isSkipping = false

    init(limit: Int = RequestBodyLimit.bytes) {
        self.limit = limit
    }

    /// The lines that a piece completes, in order.
    mutating func append(_ piece: some Collection<UInt8>) -> [Line] {
        var lines: [Line] = []
        var rest = piece[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if let line = complete(with: rest[..<end]) { lines.append(line) }
            rest = rest[rest.index(after: end)...]
        }
        keep(rest)
        return lines
    }

    /// The line behind the last line feed, if there is one: only for a body that ended properly.
    mutating func end() -> Line? {
        isSkipping || !partial.isEmpty ? complete(with: []) : nil
    }

    private mutating func keep(_ bytes: some Collection<UInt8>) {
        guard !isSkipping else { return }
        if partial.count + bytes.count > limit {
            isSkipping = true
            partial = []
        } else {
            partial.append(contentsOf: bytes)
        }
    }

    private mutating func complete(with bytes: some Collection<UInt8>) -> Line? {
        keep(bytes)
        defer {
            partial = []
            isSkipping = false
        }
        number += 1
        if isSkipping { return .tooLong(number: number) }
        guard partial.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return nil }
        return .text(number: number, partial)
    }
}

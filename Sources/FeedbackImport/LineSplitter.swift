/// Cuts a stream of bytes into lines, however the bytes come in.
///
/// Lines end with LF; the CR of a CRLF stays (JSON takes it for a blank). A byte order mark at the very beginning is
/// left out. What follows the last LF is a line too, unless it is empty.
package struct LineSplitter: Sendable {
    private var rest: [UInt8] = []
    private var count = 0
    private var mayHaveMark = true

    package init() {}

    /// Takes more bytes and hands every line that they complete to `body`, with its number from 1.
    package mutating func feed<E: Error>(
        _ bytes: some Sequence<UInt8>,
        _ body: (Int, ArraySlice<UInt8>) throws(E) -> Void
    ) throws(E) {
        var from = rest.count
        rest.append(contentsOf: bytes)
        var start = 0
        while let end = rest[from...].firstIndex(of: 0x0A) {
            count += 1
            let line = rest[start..<end]
            start = end + 1
            from = start
            try body(count, withoutMark(line))
        }
        rest.removeFirst(start)
    }

    /// Hands over the line that no LF ended, if there is one. Nothing may be fed afterwards.
    package mutating func finish<E: Error>(_ body: (Int, ArraySlice<UInt8>) throws(E) -> Void) throws(E) {
        guard !rest.isEmpty else { return }
        count += 1
        let line = rest[...]
        rest = []
        try body(count, withoutMark(line))
    }

    private mutating func withoutMark(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard mayHaveMark else { return line }
        mayHaveMark = false
        return line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line
    }
}

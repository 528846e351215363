/// Reads the answers of one connection, one after the other; their bodies only count.
struct ResponseReader {
    struct Unreadable: Error {}

    private var bytes: [UInt8] = []

    /// Takes what came in.
    ///
    /// - Returns: the status once the answer is complete, else nil.
    mutating func feed(_ piece: some Sequence<UInt8>) throws -> Int? {
        bytes += piece
        guard let end = endOfHead() else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        guard let status = head.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
            let length = head.lazy.compactMap(Self.contentLength).first
        else { throw Unreadable() }
        guard bytes.count >= end + 4 + length else { return nil }
        bytes.removeFirst(end + 4 + length)
        return status
    }

    private static func contentLength(_ line: Substring) -> Int? {
        guard line.utf8.first.map({ $0 | 0x20 }) == UInt8(ascii: "c") else { return nil }
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "content-length" else { return nil }
        return Int(parts[1].drop { $0 == " " })
    }

    private func endOfHead() -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first { at in
            bytes[at] == 13 && bytes[at + 1] == 10 && bytes[at + 2] == 13 && bytes[at + 3] == 10
        }
    }
}

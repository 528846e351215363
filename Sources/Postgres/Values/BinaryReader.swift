/// A place in received bytes that never reads past their end.
struct BinaryReader {
    enum Field {
        case null
        case value(UnsafeRawBufferPointer)
        case malformed
    }

    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }
    var remaining: Int { bytes.count - offset }

    /// The next integer, nil at the end.
    mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self) -> T? {
        guard remaining >= MemoryLayout<T>.size else { return nil }
        defer { offset += MemoryLayout<T>.size }
        return T(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    /// The next `count` bytes, nil if there are fewer.
    mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, remaining >= count else { return nil }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    /// The next value with its length before it; length -1 is NULL.
    mutating func lengthPrefixed() -> Field {
        guard let length = integer(Int32.self) else { return .malformed }
        if length == -1 { return .null }
        guard let value = take(Int(length)) else { return .malformed }
        return .value(value)
    }

    /// The head of an array of at most one dimension; nil for anything else.
    mutating func arrayHeader() -> (elementType: UInt32, count: Int)? {
        guard let dimensions = integer(Int32.self), integer(Int32.self) != nil, let type = integer(UInt32.self) else {
            return nil
        }
        guard dimensions == 1 else { return dimensions == 0 ? (type, 0) : nil }
        // An element takes at least the four bytes of its length: a false count cannot reserve much memory.
        guard let count = integer(Int32.self), integer(Int32.self) != nil, count >= 0, Int(count) <= remaining / 4
        else { return nil }
        return (type, Int(count))
    }
}

/// The whole of the bytes as one integer; nil if the size differs.
func wholeInteger<T: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, as _: T.Type = T.self) -> T? {
    bytes.count == MemoryLayout<T>.size ? T(bigEndian: bytes.loadUnaligned(as: T.self)) : nil
}

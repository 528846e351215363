/// Runs of bytes that a JSON string holds as they are: all but the quote, the backslash and bytes below 0x20.
enum StringRuns {
    /// The offset of the first byte from `start` on that ends a run, or the length of the text.
    ///
    /// Eight bytes at a time by the zero-byte test of "Bit Twiddling Hacks" (S. E. Anderson); a borrow can only mark
    /// bytes above a true hit, so that the lowest mark is exact.
    static func end(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let raw = UnsafeRawBufferPointer(text)
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var at = start
        while at + 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let marks =
                (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
                    | ((word &- (ones &* 0x20)) & ~word)) & highs
            if marks != 0 { return at + marks.trailingZeroBitCount >> 3 }
            at += 8
        }
        while at < raw.count {
            let byte = raw[at]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { return at }
            at += 1
        }
        return at
    }
}

/// Where a text stops being UTF-8; only asked once something is wrong.
enum UTF8Grammar {
    /// The offset of the first byte of the first ill-formed sequence (Unicode 16, table 3-7), or nil.
    static func firstInvalid(in text: UnsafeBufferPointer<UInt8>) -> Int? {
        var at = 0
        while at < text.count {
            let lead = text[at]
            let length: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0x00...0x7F:
                at += 1
                continue
            case 0xC2...0xDF: length = 2
            case 0xE0...0xEF:
                length = 3
                if lead == 0xE0 { second = 0xA0...0xBF }
                if lead == 0xED { second = 0x80...0x9F }
            case 0xF0...0xF4:
                length = 4
                if lead == 0xF0 { second = 0x90...0xBF }
                if lead == 0xF4 { second = 0x80...0x8F }
            default: return at
            }
            guard at + length <= text.count, second.contains(text[at + 1]) else { return at }
            for next in (at + 2)..<(at + length) where text[next] & 0xC0 != 0x80 { return at }
            at += length
        }
        return nil
    }
}

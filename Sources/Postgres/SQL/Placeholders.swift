/// Finds `$n` in a statement: not inside quotes, comments, dollar quotes or names.
enum Placeholders {
    /// The text with every `$n` turned into `$(n + offset)`.
    static func shifted(_ text: String, by offset: Int) -> String {
        guard offset > 0, text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var scanner = Scanner(bytes: Array(text.utf8))
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + 8)
        while let token = scanner.next() {
            switch token {
            case .placeholder(let number): result += "$\(number + offset)".utf8
            case .other(let range): result += scanner.bytes[range]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private enum Token {
        case placeholder(Int)
        case other(Range<Int>)
    }

    /// Cuts the text into placeholders and everything else, by PostgreSQL's lexical rules.
    private struct Scanner {
        let bytes: [UInt8]
        var index = 0

        mutating func next() -> Token? {
            guard index < bytes.count else { return nil }
            let start = index
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "'"):
                let escapes = start > 0 && (bytes[start - 1] | 0x20) == UInt8(ascii: "e") && isWord(endingAt: start - 1)
                skipQuoted(byte, backslashEscapes: escapes)
            case UInt8(ascii: "\""): skipQuoted(byte, backslashEscapes: false)
            case UInt8(ascii: "-") where at(index + 1) == byte: skipLine()
            case UInt8(ascii: "/") where at(index + 1) == UInt8(ascii: "*"): skipBlockComment()
            case UInt8(ascii: "$"):
                if let number = placeholder() { return .placeholder(number) }
                skipDollarQuoted()
            case _ where isNameByte(byte): while isNameByte(at(index)) || at(index) == UInt8(ascii: "$") { index += 1 }
            default: index += 1
            }
            return .other(start..<index)
        }

        private func at(_ position: Int) -> UInt8 {
            position < bytes.count ? bytes[position] : 0
        }

        private func isNameByte(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "_") || byte >= 0x80 || isDigit(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20)
        }

        private func isDigit(_ byte: UInt8) -> Bool {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        }

        /// True if the byte is a word of its own, as the `E` of `E'...'`.
        private func isWord(endingAt position: Int) -> Bool {
            position == 0 || !(isNameByte(bytes[position - 1]) || bytes[position - 1] == UInt8(ascii: "$"))
        }

        /// A doubled quote ends one run and starts the next: no special case.
        private mutating func skipQuoted(_ quote: UInt8, backslashEscapes: Bool) {
            index += 1
            while index < bytes.count, bytes[index] != quote {
                index += backslashEscapes && bytes[index] == UInt8(ascii: "\\") ? 2 : 1
            }
            index = min(index + 1, bytes.count)
            // In E'...' the run after a doubled quote has escapes too.
            if backslashEscapes, at(index) == quote { skipQuoted(quote, backslashEscapes: true) }
        }

        private mutating func skipLine() {
            while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
        }

        private mutating func skipBlockComment() {
            var depth = 0
            repeat {
                if at(index) == UInt8(ascii: "/"), at(index + 1) == UInt8(ascii: "*") {
                    depth += 1
                    index += 2
                } else if at(index) == UInt8(ascii: "*"), at(index + 1) == UInt8(ascii: "/") {
                    depth -= 1
                    index += 2
                } else {
                    index += 1
                }
            } while depth > 0 && index < bytes.count
            index = min(index, bytes.count)
        }

        private mutating func placeholder() -> Int? {
            var end = index + 1
            while isDigit(at(end)) { end += 1 }
            guard let number = Int(String(decoding: bytes[(index + 1)..<end], as: UTF8.self)) else { return nil }
            index = end
            return number
        }

        /// `$tag$ ... $tag$`; a lone `$` is skipped alone.
        private mutating func skipDollarQuoted() {
            var end = index + 1
            while isNameByte(at(end)) { end += 1 }
            guard at(end) == UInt8(ascii: "$") else {
                index += 1
                return
            }
            let tag = bytes[index...end]
            index = end + 1
            while index < bytes.count, !bytes[index...].starts(with: tag) { index += 1 }
            index = min(index + tag.count, bytes.count)
        }
    }
}

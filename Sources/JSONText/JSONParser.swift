extension JSONValue {
    /// The value that a UTF-8 text holds; exactly one, with nothing but blanks around it.
    ///
    /// Refused besides what RFC 8259 refuses: duplicate names (compared scalar by scalar), NUL, unpaired surrogates,
    /// a byte order mark, and whatever is beyond the limits. The buffer is not kept.
    package static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>,
        limits: JSONLimits = .init()
    ) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes, limits: limits)
        do {
            return try parser.document()
        } catch {
            throw parser.explain(error)
        }
    }

    /// The value that a UTF-8 text holds; contiguous collections (`[UInt8]`, slices, byte buffers) are not copied.
    package static func parse(
        _ bytes: some Collection<UInt8>,
        limits: JSONLimits = .init()
    ) throws(JSONSyntaxError) -> JSONValue {
        let result = bytes.withContiguousStorageIfAvailable { buffer in attempt(buffer, limits) }
        return try (result ?? Array(bytes).withUnsafeBufferPointer { attempt($0, limits) }).get()
    }

    /// The value that a text holds.
    package static func parse(_ text: String, limits: JSONLimits = .init()) throws(JSONSyntaxError) -> JSONValue {
        try parse(text.utf8, limits: limits)
    }

    /// The same as a result, for closures that cannot throw a typed error.
    private static func attempt(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ limits: JSONLimits
    ) -> Result<JSONValue, JSONSyntaxError> {
        do throws(JSONSyntaxError) {
            return .success(try parse(bytes, limits: limits))
        } catch {
            return .failure(error)
        }
    }
}

/// A recursive-descent reader; its recursion is bounded by `JSONLimits.deepest`.
struct JSONParser {
    /// What went wrong where, before it is explained to people.
    struct Fault: Error {
        let reason: JSONSyntaxError.Reason
        let offset: Int
        /// The way to it, innermost first: each container adds its step while the fault passes through it, so that
        /// texts without faults pay nothing for pointers.
        var path: [Step] = []

        /// The same fault, seen from the container around it.
        func inside(_ step: Step) -> Fault {
            Fault(reason: reason, offset: offset, path: path + [step])
        }
    }

    /// One step from a container to the value being read.
    enum Step {
        case member(String)
        case element(Int)
    }

    let text: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    var at = 0
    /// How many arrays and objects are open.
    var depth = 0
    /// Strings with escapes are put together here; kept for its capacity.
    var scratch: [UInt8] = []

    init(_ text: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.text = text
        self.limits = limits
    }

    mutating func document() throws(Fault) -> JSONValue {
        guard text.count <= limits.maximumBytes else {
            throw Fault(reason: .tooLarge(maximum: limits.maximumBytes), offset: limits.maximumBytes)
        }
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { throw Fault(reason: .byteOrderMark, offset: 0) }
        skipBlanks()
        let value = try value()
        skipBlanks()
        guard at == text.count else { throw Fault(reason: .trailingText, offset: at) }
        return value
    }

    /// The value that begins at `at`; blanks before it have been skipped.
    mutating func value() throws(Fault) -> JSONValue {
        guard at < text.count else { throw Fault(reason: .unexpectedEnd, offset: at) }
        switch text[at] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw unexpected(.value)
        }
    }

    @inline(__always)
    mutating func skipBlanks() {
        while at < text.count {
            switch text[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }

    /// The fault of the byte at `at`, or of the text that ends there.
    func unexpected(_ expected: JSONSyntaxError.Expectation) -> Fault {
        guard at < text.count else { return Fault(reason: .unexpectedEnd, offset: at) }
        return Fault(reason: text[at] == 0 ? .nul : .unexpectedByte(expected: expected), offset: at)
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Fault) -> JSONValue {
        let start = at
        for offset in 0..<word.utf8CodeUnitCount {
            guard at < text.count else { throw Fault(reason: .unexpectedEnd, offset: at) }
            guard text[at] == word.utf8Start[offset] else {
                throw Fault(reason: .unexpectedByte(expected: .value), offset: start)
            }
            at += 1
        }
        return value
    }

    private mutating func number() throws(Fault) -> JSONNumber {
        switch NumberGrammar.end(in: text, from: at) {
        case .success(let end):
            let literal = UnsafeBufferPointer(rebasing: text[at..<end])
            at = end
            return JSONNumber(checked: String(decoding: literal, as: UTF8.self))
        case .failure(let broken):
            let reason: JSONSyntaxError.Reason = broken.offset == text.count ? .unexpectedEnd : .badNumber
            throw Fault(reason: reason, offset: broken.offset)
        }
    }
}

extension JSONParser {
    /// The array whose bracket stands at `at`.
    mutating func array() throws(Fault) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            do throws(Fault) {
                elements.append(try value())
            } catch {
                throw error.inside(.element(elements.count))
            }
            skipBlanks()
            if take(UInt8(ascii: ",")) {
                skipBlanks()
                continue
            }
            guard take(UInt8(ascii: "]")) else { throw unexpected(.commaOrBracket) }
            return .array(elements)
        }
    }

    /// The object whose brace stands at `at`.
    mutating func object() throws(Fault) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var members: [JSONObject.Member] = []
        if take(UInt8(ascii: "}")) { return .object(JSONObject(members)) }
        members.reserveCapacity(8)
        var names = NamesTaken()
        while true {
            members.append(try member(beside: members, &names))
            skipBlanks()
            if take(UInt8(ascii: ",")) {
                skipBlanks()
                continue
            }
            guard take(UInt8(ascii: "}")) else { throw unexpected(.commaOrBrace) }
            return .object(JSONObject(members))
        }
    }

    /// The member whose name begins at `at`.
    private mutating func member(
        beside members: [JSONObject.Member],
        _ names: inout NamesTaken
    ) throws(Fault) -> JSONObject.Member {
        let start = at
        guard at < text.count, text[at] == UInt8(ascii: "\"") else {
            throw unexpected(members.isEmpty ? .keyOrEnd : .key)
        }
        let name = try string()
        guard members.count < limits.maximumMembers else {
            throw Fault(reason: .tooManyMembers(maximum: limits.maximumMembers), offset: start)
        }
        do throws(Fault) {
            guard names.insert(name, beside: members) else {
                throw Fault(reason: .duplicateKey(ExactText.clip(name, to: JSONPointer.maximumName)), offset: start)
            }
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw unexpected(.colon) }
            skipBlanks()
            return (name, try value())
        } catch {
            throw error.inside(.member(name))
        }
    }

    /// Steps over an opening bracket or brace and the blanks behind it, if the depth allows.
    private mutating func enter() throws(Fault) {
        guard depth < limits.maximumDepth else {
            throw Fault(reason: .tooDeep(maximum: limits.maximumDepth), offset: at)
        }
        depth += 1
        at += 1
        skipBlanks()
    }

    /// Steps over that byte if it stands here.
    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < text.count, text[at] == byte else { return false }
        at += 1
        return true
    }
}

/// The names that an object has so far: searched one by one while they are few, then in a set with a seeded hash,
/// so that no choice of names makes an object slow to read.
private struct NamesTaken {
    private static let few = 16
    private var set: Set<ExactText> = []

    /// Whether the name is new; `members` are those already read.
    mutating func insert(_ name: String, beside members: [JSONObject.Member]) -> Bool {
        if members.count < Self.few {
            return !members.contains { ExactText.same($0.key, name) }
        }
        if set.isEmpty {
            for member in members { set.insert(ExactText(member.key)) }
        }
        return set.insert(ExactText(name)).inserted
    }
}

/// Writes JSON whose exact bytes can be hashed: no blanks, members in the order written, only the escapes that
/// RFC 8259 demands, everything else as UTF-8.
///
/// ```swift
/// var json = JSONWriter()
/// json.object {
///     $0.field("kind", "request")
///     $0.field("likes", ifPresent: likes)
///     $0.array("groups", of: groups) { json, group in json.object { $0.field("name", group.name) } }
/// }
/// ```
///
/// The writer keeps commas right and nothing else: a member outside an object, or two values at the top, are mistakes
/// of the caller that debug builds stop at; a name written twice is not noticed (`JSONValue.parse` would refuse it).
package struct JSONWriter: Sendable {
    /// What has been written.
    package private(set) var bytes: [UInt8] = []

    private enum Place: Sendable { case top, topWritten, array, object, member }
    private var place = Place.top
    private var needsComma = false

    /// An empty writer with room for that many bytes.
    package init(capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    /// The bytes of one object.
    package static func object<E: Error>(
        capacity: Int = 256,
        _ body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) -> [UInt8] {
        var json = JSONWriter(capacity: capacity)
        try json.object(body)
        return json.bytes
    }

    /// The bytes of one array.
    package static func array<E: Error>(
        capacity: Int = 256,
        _ body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) -> [UInt8] {
        var json = JSONWriter(capacity: capacity)
        try json.array(body)
        return json.bytes
    }

    /// Writes an object; inside the body only members may be written.
    package mutating func object<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        try container(.object, UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    /// Writes an array; inside the body only values may be written.
    package mutating func array<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        try container(.array, UInt8(ascii: "["), UInt8(ascii: "]"), body)
    }

    /// Writes `null`.
    package mutating func null() {
        beginValue()
        bytes.append(contentsOf: [0x6E, 0x75, 0x6C, 0x6C])
        endValue()
    }

    /// Writes a value that already is JSON, byte for byte and unchecked: for bodies that come out of the log.
    package mutating func raw(json: some Sequence<UInt8>) {
        beginValue()
        bytes.append(contentsOf: json)
        endValue()
    }

    /// Writes the name of a member; its value must follow at once. Mostly `field` is what you want.
    package mutating func name(_ name: String) {
        assert(place == .object, "a member outside an object")
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
        appendQuoted(name)
        bytes.append(UInt8(ascii: ":"))
        place = .member
    }

    private mutating func container<E: Error>(
        _ inside: Place,
        _ open: UInt8,
        _ close: UInt8,
        _ body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        beginValue()
        let outside = place
        bytes.append(open)
        place = inside
        needsComma = false
        try body(&self)
        assert(place == inside, "a name without a value")
        bytes.append(close)
        place = outside
        endValue()
    }

    /// The comma before a value, where one is due.
    mutating func beginValue() {
        assert(place != .object, "a value without a name")
        assert(place != .topWritten, "a second value at the top")
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    mutating func endValue() {
        needsComma = true
        if place == .member { place = .object }
        if place == .top { place = .topWritten }
    }

    /// Appends ASCII digits or a literal as they are.
    mutating func append(ascii text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends a string in quotes with the escapes it needs.
    mutating func appendQuoted(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { utf8 in
            var run = 0
            while true {
                let end = StringRuns.end(in: utf8, from: run)
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[run..<end]))
                guard end < utf8.count else { break }
                appendEscape(utf8[end])
                run = end + 1
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The shortest escape of a byte that cannot stand in a string.
    private mutating func appendEscape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            let low = byte & 0xF
            bytes.append(contentsOf: [0x75, 0x30, 0x30, 0x30 + byte >> 4, low + (low < 10 ? 0x30 : 0x57)])
        }
    }
}

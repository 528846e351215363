import Foundation
import JSONText
import Testing

/// Foundation's `JSONSerialization` as the second opinion.
@Suite struct CompareWithFoundation {
    @Test func readsAndWritesTheSameValues() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("CompareWithFoundation.readsAndWritesTheSameValues seed \(seed)")
        var documents = RandomDocuments(seed: seed)
        for _ in 0..<2_000 {
            let text = documents.document()
            let value = try JSONValue.parse(text)
            let expected = try Foundation.read(Array(text.utf8))
            try #require(Foundation.agrees(value, expected), "\(text)")
            try #require(Foundation.agrees(value, try Foundation.read(value.bytes)), "\(text)")
            try #require(try JSONValue.parse(value.bytes) == value, "\(text)")
        }
    }

    /// The control: the comparison above can fail.
    @Test(arguments: [
        ("1", "2"), ("1", "true"), ("true", "1"), ("0", "false"), ("\"é\"", "\"e\u{301}\""), ("[1]", "[1,1]"),
        ("{\"a\":1}", "{\"a\":1,\"b\":1}"), ("{\"a\":1}", "{\"b\":1}"), ("null", "0"), ("\"1\"", "1"), ("1.5", "1.25"),
        ("[]", "{}"),
    ])
    func noticesADifference(_ ours: String, _ theirs: String) throws {
        #expect(try !Foundation.agrees(JSONValue.parse(ours), Foundation.read(Array(theirs.utf8))))
    }

    /// Flips, inserts and deletes bytes of valid documents: nothing crashes, and what we accept, Foundation accepts
    /// and reads alike, but for the known differences. That both answers come up shows that the cases are worth it.
    @Test func acceptsNoMutationThatFoundationRefuses() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("CompareWithFoundation.acceptsNoMutationThatFoundationRefuses seed \(seed)")
        var documents = RandomDocuments(seed: seed)
        var mutations = SplitMix(state: seed ^ 0x5555_5555_5555_5555)
        var bytes: [UInt8] = []
        var accepted = 0
        let total = 20_000
        for turn in 0..<total {
            if turn % 20 == 0 { bytes = Array(documents.document().utf8) }
            let mutant = Self.mutate(bytes, &mutations)
            guard let value = try? JSONValue.parse(mutant) else { continue }
            accepted += 1
            guard !Self.isKnownDifference(value) else { continue }
            let text = String(decoding: mutant, as: UTF8.self)
            guard let theirs = try? Foundation.read(mutant) else {
                Issue.record("accepted, but not by Foundation: \(text)")
                continue
            }
            #expect(Foundation.agrees(value, theirs), "\(text)")
        }
        #expect(accepted > total / 50 && accepted < total * 49 / 50, "\(accepted) of \(total) accepted")
    }

    /// What Foundation refuses or reads differently although RFC 8259 leaves no doubt: numbers beyond the range of a
    /// double (it refuses them), names that are canonically equivalent (its dictionaries keep one of them), and U+FEFF (it loses the
    /// one that follows an escape).
    private static func isKnownDifference(_ value: JSONValue) -> Bool {
        switch value {
        case .number(let number): number.double == nil
        case .string(let text): text.unicodeScalars.contains("\u{FEFF}")
        case .array(let elements): elements.contains(where: isKnownDifference)
        case .object(let object):
            Set(object.members.map(\.key)).count < object.count
                || object.members.contains { isKnownDifference(.string($0.key)) || isKnownDifference($0.value) }
        default: false
        }
    }

    private static func mutate(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var mutant = bytes
        let structural = Array("{}[]\",:\\0129.eE-+u \n".utf8)
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let place = Int.random(in: 0...mutant.count, using: &random)
            let byte =
                Bool.random(using: &random)
                ? structural[Int.random(in: structural.indices, using: &random)]
                : UInt8.random(in: 0...255, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: mutant.insert(byte, at: place)
            case 1 where place < mutant.count: mutant.remove(at: place)
            case 2 where place < mutant.count: mutant[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            default: if place < mutant.count { mutant[place] = byte }
            }
        }
        return mutant
    }
}

/// Reads with Foundation and compares with ours.
private enum Foundation {
    static func read(_ bytes: [UInt8]) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    }

    static func agrees(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null: return theirs is NSNull
        case .string(let text):
            guard let other = theirs as? String else { return false }
            return text.utf8.elementsEqual(other.utf8)
        case .array(let elements):
            guard let others = theirs as? [Any] else { return false }
            return elements.count == others.count && zip(elements, others).allSatisfy(agrees)
        case .object(let object):
            guard let others = theirs as? [String: Any] else { return false }
            return object.count == others.count
                && object.members.allSatisfy { member in others[member.key].map { agrees(member.value, $0) } ?? false }
        case .bool(let flag):
            guard let other = theirs as? NSNumber, isBool(other) else { return false }
            return other.boolValue == flag
        case .number(let number):
            guard let other = theirs as? NSNumber, !isBool(other) else { return false }
            if let int = number.int { return other.int64Value == Int64(int) }
            // Exact against the C library. Foundation goes by way of a decimal, which it scales by ten up to some 130
            // times, rounding each time: it may be as many units in the last place off the nearest double.
            guard let double = number.double else { return false }
            return double == strtod(number.text, nil) && abs(double - other.doubleValue) <= 256 * double.ulp
        }
    }

    private static func isBool(_ number: NSNumber) -> Bool {
        String(cString: number.objCType) == "c"
    }
}

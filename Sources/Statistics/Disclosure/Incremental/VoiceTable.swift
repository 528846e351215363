/// Numbers for people: known persons have even numbers, unidentified messages odd ones.
struct VoiceTable: Sendable {
    private var keys: [UInt128] = []
    private var index = NumberIndex()

    static func isKnown(_ voice: Int32) -> Bool { voice & 1 == 0 }

    /// The number of who speaks, given at the first sight.
    mutating func number(person: UInt128?, message: UInt128) -> Int32 {
        let key = person ?? message
        let kind: Int32 = person == nil ? 1 : 0
        let hash = key.indexHash
        var found: Int32 = -1
        index.search(hash) { voice in
            guard voice & 1 == kind, keys[Int(voice >> 1)] == key else { return false }
            found = voice
            return true
        }
        if found >= 0 { return found }
        let voice = Int32(keys.count) << 1 | kind
        keys.appendTightly(key)
        index.insert(voice, hash) { [keys] in keys[Int($0 >> 1)].indexHash }
        return voice
    }

    /// The known person behind a number; nil behind an unidentified message.
    func person(_ voice: Int32) -> UInt128? { Self.isKnown(voice) ? keys[Int(voice >> 1)] : nil }
}

import Demands

/// One domain's registered names and what they lead to. Pure.
///
/// A name leads to the group that it was recognised as, else to the one entry of which it is the code, a name or an
/// alias; a name of several entries leads to none of them. Merged groups count as the one that they were merged into.
struct NameRegistry: Sendable {
    struct Resolution: Sendable, Equatable {
        /// Nil: to nothing, or to several.
        var code: String?
        /// Of the event that last changed it.
        var position: Int64
    }

    private(set) var entries: [NameCode: NamedEntry] = [:]
    private(set) var recognised: [String: String] = [:]
    private(set) var resolved: [String: Resolution] = [:]
    /// What was changed since it was loaded.
    private(set) var changedCodes: Set<NameCode> = []
    private(set) var changedRecognised: Set<String> = []
    private(set) var changedKeys: Set<String> = []

    private let resolves: Bool
    /// By key: the codes whose own names have it.
    private var owners: [String: Set<String>] = [:]
    /// By group: those merged into it directly, and the names recognised as it.
    private var absorbed: [String: Set<String>] = [:]
    private var recognisedAs: [String: Set<String>] = [:]

    init(
        entries: [NameCode: NamedEntry] = [:],
        recognised: [String: String] = [:],
        resolved: [String: Resolution] = [:],
        resolves: Bool
    ) {
        self.entries = entries
        self.recognised = recognised
        self.resolved = resolved
        self.resolves = resolves
        guard resolves else { return }
        for (key, entry) in entries {
            let code = key.text
            for name in entry.keys(code: code) { owners[name, default: []].insert(code) }
            if let into = entry.mergedInto { absorbed[into, default: []].insert(code) }
        }
        for (key, code) in recognised { recognisedAs[code, default: []].insert(key) }
    }

    /// Folds one change; where a name leads is compared before and after, so that batches of any size give the same.
    mutating func apply(_ change: NameChange, at position: Int64) {
        switch change {
        case .describe(let code, let described):
            var entry = described
            let place = NameCode(code)
            entry.mergedInto = entries[place]?.mergedInto
            let before = entries[place]?.keys(code: code) ?? []
            let after = entry.keys(code: code)
            // A first entry may be what names were recognised as, or what others were merged into, before it came.
            let others = entries[place] == nil ? family(of: code) : []
            entries[place] = entry
            changedCodes.insert(place)
            guard resolves else { return }
            for key in before.subtracting(after) { owners[key]?.remove(code) }
            for key in after { owners[key, default: []].insert(code) }
            resolve(before.symmetricDifference(after).union(others), at: position)
        case .recognise(let name, let code):
            let key = NameKey.of(name)
            guard resolves, !key.isEmpty, recognised[key] != code else { return }
            if let old = recognised[key] { recognisedAs[old]?.remove(key) }
            recognised[key] = code
            recognisedAs[code, default: []].insert(key)
            changedRecognised.insert(key)
            resolve([key], at: position)
        case .merge(let from, let into):
            guard var entry = entries[NameCode(from)], entry.mergedInto == nil, root(into) != from else { return }
            entry.mergedInto = into
            entries[NameCode(from)] = entry
            absorbed[into, default: []].insert(from)
            changedCodes.insert(NameCode(from))
            resolve(family(of: from), at: position)
        case .retire(let code):
            // A channel of the tenant's first list has no entry before it is retired.
            let place = NameCode(code)
            var entry = entries[place] ?? NamedEntry(labels: [])
            entry.isRetired = true
            entries[place] = entry
            changedCodes.insert(place)
        }
    }

    /// The group that counts for this one.
    func root(_ code: String) -> String {
        var code = code
        var seen: Set<String> = [code]
        while let next = entries[NameCode(code)]?.mergedInto, seen.insert(next).inserted { code = next }
        return code
    }

    /// Every name of a group, of those merged into it, and of those into these.
    private func family(of code: String) -> Set<String> {
        var keys: Set<String> = []
        var left = [code]
        var seen: Set<String> = []
        while let next = left.popLast() {
            guard seen.insert(next).inserted else { continue }
            keys.formUnion(entries[NameCode(next)]?.keys(code: next) ?? [])
            keys.formUnion(recognisedAs[next] ?? [])
            left += absorbed[next] ?? []
        }
        return keys
    }

    private mutating func resolve(_ keys: Set<String>, at position: Int64) {
        guard resolves else { return }
        for key in keys {
            let code = leads(key)
            guard resolved[key]?.code != code else { continue }
            resolved[key] = Resolution(code: code, position: position)
            changedKeys.insert(key)
        }
    }

    private func leads(_ key: String) -> String? {
        if let code = recognised[key], entries[NameCode(code)] != nil { return root(code) }
        var only: String?
        for code in owners[key] ?? [] {
            let root = root(code)
            if let only, only != root { return nil }
            only = root
        }
        return only
    }
}

/// A code, compared by bytes as the database does: Swift's own equality would hold "\u{E9}" and "e\u{301}" for one, and
/// a category that was renamed from the one to the other would be written under either, as batches happen to end.
struct NameCode: Hashable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: NameCode, right: NameCode) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(UInt8(0xFF))
    }
}

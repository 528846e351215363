import EventSourcing
import JSONText

/// The entries of one registry as they are at present, in the order in which they came in.
package struct Registry<Entry: RegistryEntry>: Sendable, Equatable {
    package private(set) var entries: [Entry] = []
    /// Indices of `entries`.
    private var index: [String: Int] = [:]

    package init() {}

    package subscript(code: String) -> Entry? { index[code].map { entries[$0] } }

    package mutating func evolve(_ event: RegistryEvent<Entry>) {
        let entry = event.entry
        if let place = index[entry.code] {
            entries[place] = entry
        } else {
            index[entry.code] = entries.count
            entries.append(entry)
        }
    }

    /// What stands against changing an entry that is there.
    package enum Standing: Sendable {
        case open
        /// It was retired: registering brings it back.
        case retired
        case closed(RegistryRejection)
    }

    package func decide(
        _ command: RegistryCommand<Entry>,
        standing: (_ code: String) -> Standing = { _ in .open }
    ) throws(RegistryRejection) -> [RegistryEvent<Entry>] {
        switch command {
        case .register(let entry):
            guard let present = present(entry.code, standing) else { return try register(entry) }
            guard present == entry else { throw .codeTaken(entry.code) }
            return []
        case .change(let entry):
            guard let present = present(entry.code, standing) else { throw .unknownCode(entry.code) }
            return try change(present, to: entry, standing)
        case .put(let entry):
            guard let present = present(entry.code, standing) else { return try register(entry) }
            return try change(present, to: entry, standing)
        case .importAll(let lines): return try importAll(lines, standing)
        }
    }

    /// The entry, unless it was retired.
    private func present(_ code: String, _ standing: (String) -> Standing) -> Entry? {
        if case .retired = standing(code) { return nil }
        return self[code]
    }

    private func register(_ entry: Entry) throws(RegistryRejection) -> [RegistryEvent<Entry>] {
        try check([(nil, entry)])
        return [.registered(entry)]
    }

    private func change(
        _ present: Entry,
        to entry: Entry,
        _ standing: (String) -> Standing
    ) throws(RegistryRejection) -> [RegistryEvent<Entry>] {
        guard present != entry else { return [] }
        if case .closed(let rejection) = standing(entry.code) { throw rejection }
        try check([(nil, entry)])
        return [.changed(entry)]
    }

    private func importAll(
        _ lines: [RegistryLine<Entry>],
        _ standing: (String) -> Standing
    ) throws(RegistryRejection) -> [RegistryEvent<Entry>] {
        var mistakes: [RegistryMistake] = []
        var firstLines: [String: Int] = [:]
        var events: [RegistryEvent<Entry>] = []
        var wanted: [(line: Int?, entry: Entry)] = []
        for line in lines {
            let code = line.entry.code
            if let first = firstLines.updateValue(line.number, forKey: code) {
                firstLines[code] = first
                let detail = "is the code of line \(first) already"
                mistakes.append(
                    RegistryMistake(line: line.number, FieldError(pointer: "/code", code: .duplicate, detail: detail))
                )
                continue
            }
            wanted.append((line.number, line.entry))
            guard let present = present(code, standing) else {
                events.append(.registered(line.entry))
                continue
            }
            guard present != line.entry else { continue }
            if case .closed(let rejection) = standing(code) {
                let error = FieldError(pointer: "/code", code: .notAllowed, detail: rejection.detail)
                mistakes.append(RegistryMistake(line: line.number, error))
            }
            events.append(.changed(line.entry))
        }
        try check(wanted, besides: mistakes)
        return events
    }

    /// Checks entries by themselves and in the tree that they would make.
    private func check(
        _ wanted: [(line: Int?, entry: Entry)],
        besides others: [RegistryMistake] = []
    ) throws(RegistryRejection) {
        var mistakes = others
        for (line, entry) in wanted {
            for error in entry.mistakes { mistakes.append(RegistryMistake(line: line, error)) }
        }
        guard entries.count + wanted.count(where: { index[$0.entry.code] == nil }) <= RegistryLimit.entries else {
            throw .full
        }
        if wanted.contains(where: { $0.entry.parent != nil }) {
            mistakes += RegistryTree(entries, with: wanted).mistakes
        }
        guard mistakes.isEmpty else { throw .invalid(mistakes.inOrderOfLines) }
    }
}

extension [RegistryMistake] {
    /// Those of one line stay in the order in which they were found.
    fileprivate var inOrderOfLines: [RegistryMistake] {
        enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }.map(\.element)
    }
}

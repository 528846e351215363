import JSONText

extension FieldReader {
    /// The groups that a message or a survey names; empty when it names none.
    package mutating func groups(assertedBy: String) -> [GroupLink] {
        objects("groups", maximum: 20) { group -> GroupLink? in
            let name = group.string("name", required: true, maximumScalars: 100)
            let words = group.strings("ties", maximum: 5, maximumScalars: 20, unique: true) ?? []
            let ties = words.compactMap(Tie.init)
            if ties.count < words.count {
                let allowed = Tie.allCases.map(\.rawValue).joined(separator: ", ")
                group.report("ties", code: .notAllowed, detail: "must be among \(allowed)")
            }
            return name.map { GroupLink(name: $0, ties: ties, assertedBy: assertedBy) }
        } ?? []
    }
}

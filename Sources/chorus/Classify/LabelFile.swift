import CSVRows
import Classification
import JSONText

/// Labelled texts, or texts to label, out of NDJSON: text, label, group, person.
struct LabelFile {
    /// The lines that could be read, with their numbers.
    private(set) var rows: [(line: Int, text: String, label: String?, group: String?, person: String?)] = []
    /// Those that could not, each with its number.
    private(set) var refusals: [String] = []

    /// Names of members that nobody reads, in the order in which they came.
    private(set) var unread: [String] = []

    private static let members = ["text", "label", "group", "person"]

    /// The longest text that is taken, in scalars.
    static let longestText = 2_000_000

    /// - Parameters:
    ///   - needsLabel: whether each line must have one.
    ///   - codes: the labels that there are; nil: any.
    /// - Throws: `Complaint` when the file cannot be read at all.
    init(_ path: String, needsLabel: Bool, codes: Set<String>? = nil) async throws {
        let file = try ImportFile(path)
        var found = self.rows
        var refused = self.refusals
        var unread = self.unread
        try await file.forEachRow { row in
            do {
                let object = try row.content.get()
                for (name, _) in object.members where !Self.members.contains(name) && !unread.contains(name) {
                    unread.append(name)
                }
                var fields = FieldReader(object)
                let text = fields.string(
                    "text",
                    required: true,
                    maximumScalars: Self.longestText,
                    allow: [.lineBreaks, .controls, .blank]
                )
                let label = fields.string("label", required: needsLabel, maximumScalars: 1_000)
                let group = fields.string("group", maximumScalars: 1_000, allow: .blank)
                let person = fields.string("person", maximumScalars: 1_000, allow: .blank)
                if let label, let codes, !codes.contains(label) {
                    fields.report("label", code: .notAllowed, detail: "is no code of the taxonomy")
                }
                if needsLabel, let text, text.allSatisfy(\.isWhitespace) {
                    fields.report("text", code: .blank, detail: "must have words to learn from")
                }
                guard fields.errors.isEmpty, let text else {
                    let reasons = fields.errors.map { "\($0.pointer.dropFirst()): \($0.detail)" }
                    refused.append("line \(row.line): \(reasons.joined(separator: "; "))")
                    return
                }
                found.append((row.line, text, label, group, person))
            } catch let refusal as RowRefusal {
                refused.append(refusal.description)
            }
        }
        (rows, refusals, self.unread) = (found, refused, unread)
        guard !rows.isEmpty || !refusals.isEmpty else { throw Complaint("\(path) has no line") }
    }

    /// The rows to learn from.
    var examples: [LabelledText] {
        rows.compactMap { row in
            row.label.map { LabelledText(text: row.text, label: $0, group: row.group, person: row.person) }
        }
    }

    /// Says what is left unread, and which lines are wrong, at most this many, and that nothing was done.
    func mustBeRight(_ path: String, atMost limit: Int = 20) throws {
        if !unread.isEmpty {
            let names = unread.prefix(8).joined(separator: ", ") + (unread.count > 8 ? ", …" : "")
            Console.note("\(path): not read: \(names). Read are \(Self.members.joined(separator: ", ")).")
        }
        guard !refusals.isEmpty else { return }
        for refusal in refusals.prefix(limit) { Console.note("  \(refusal)") }
        if refusals.count > limit { Console.note("  … and \(refusals.count - limit) more") }
        throw Complaint(
            "\(path): \(refusals.count) of \(rows.count + refusals.count) lines are wrong; nothing was done. "
                + "Each line is an object with text, label and, if you like, group and person"
        )
    }

    /// The codes of a taxonomy file: one a line, or the column `code` of a CSV file, or JSON of `chorus taxonomy show`.
    static func codes(_ path: String) async throws -> Set<String> {
        if path.lowercased().hasSuffix(".csv") {
            var codes: Set<String> = []
            try await ImportFile(path).forEachRow { row in
                if let code = try? row.content.get()["code"]?.string, !code.isEmpty { codes.insert(code) }
            }
            guard !codes.isEmpty else { throw Complaint("\(path) has no column code with values") }
            return codes
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Complaint("\(path) cannot be read, or is not UTF-8")
        }
        if let value = try? JSONValue.parse(text.utf8, limits: JSONLimits(maximumBytes: 16_777_216)),
            let categories = value["categories"]?.array
        {
            return Set(categories.compactMap { $0["code"]?.string })
        }
        return Set(text.split(whereSeparator: \.isNewline).map(String.init))
    }
}

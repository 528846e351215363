import CSVRows
import Demands
import JSONText

/// A registry's entries out of a CSV file: the header names members, a row is an entry.
struct RegistryFile<Door: RegistryDoor> {
    /// Bytes that a file may have.
    static var maximumBytes: Int { 4 * 1_048_576 }

    let lines: [RegistryLine<Door.Registry.Entry>]
    /// The language of the column `name`.
    private let language: String
    private let header: [String]

    /// Reads a whole file.
    ///
    /// - Throws: `Problem` 400 when it is no CSV in UTF-8, 422 that names every line and column that is wrong.
    init(_ bytes: some Collection<UInt8>, language: String) throws(Problem) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(400, "malformed-csv", "the file is not UTF-8; nothing was registered")
        }
        let rows: CSVRows
        do throws(CSVFailure) {
            rows = try CSVRows(text)
        } catch {
            throw Problem(400, "malformed-csv", "nothing was registered: \(error)")
        }
        guard rows.rows.count <= RegistryLimit.entries else { throw Problem(RegistryRejection.full) }
        self.language = language
        header = rows.header
        try Self.check(header, language)
        var mistakes: [RegistryMistake] = []
        var lines: [RegistryLine<Door.Registry.Entry>] = []
        for row in rows.rows {
            switch row.content {
            case .failure(let refusal):
                mistakes.append(
                    RegistryMistake(line: row.line, FieldError(pointer: "", code: "malformed", detail: refusal.detail))
                )
            case .success(let fields):
                let (entry, errors) = Door.read(.object(Self.body(fields, language)))
                mistakes += errors.map { RegistryMistake(line: row.line, $0) }
                if let entry { lines.append(RegistryLine(row.line, entry)) }
            }
        }
        self.lines = lines
        guard mistakes.isEmpty else {
            // What else is wrong in rows that can be read, so that a file need not be sent once a mistake.
            for line in lines {
                mistakes += line.entry.mistakes.map { RegistryMistake(line: line.number, $0) }
            }
            mistakes.sort { ($0.line ?? 0) < ($1.line ?? 0) }
            throw Problem(mistakes.map(byColumn))
        }
    }

    /// The problem that a rejection of these lines is, by line and column.
    func problem(_ rejection: RegistryRejection) -> Problem {
        guard case .invalid(let mistakes) = rejection else { return Problem(rejection) }
        return Problem(mistakes.map(byColumn), code: rejection.code, detail: rejection.detail)
    }

    /// The column that a member came from, as the pointer's last part.
    private func byColumn(_ mistake: RegistryMistake) -> RegistryMistake {
        let parts = mistake.error.pointer.split(separator: "/")
        guard let member = parts.first else { return mistake }
        var column = String(member)
        if column == "names" {
            let tag = parts.count > 1 ? String(parts[1]) : language
            column = tag == language && (header.contains("name") || parts.count == 1) ? "name" : "name_\(tag)"
        }
        let error = FieldError(pointer: "/\(column)", code: mistake.error.code, detail: mistake.error.detail)
        return RegistryMistake(line: mistake.line, error)
    }

    private static func check(_ header: [String], _ language: String) throws(Problem) {
        let known = ["code", "name"] + Door.columns.map(\.name)
        var mistakes: [RegistryMistake] = []
        func report(_ column: String, _ code: FieldError.Code, _ detail: String) {
            let pointer = JSONPointer.member(column, of: "")
            mistakes.append(RegistryMistake(line: 1, FieldError(pointer: pointer, code: code, detail: detail)))
        }
        for column in header where !known.contains(column) && !column.hasPrefix("name_") {
            report(
                column,
                .unknownMember,
                "is no column of \(Door.name); there are \(known.joined(separator: ", ")), name_<language>"
            )
        }
        if !header.contains("code") { report("code", .required, "must name a column code") }
        if header.contains("name"), header.contains("name_\(language)") {
            report("name", .duplicate, "and name_\(language) are the same column; leave one out")
        }
        guard mistakes.isEmpty else { throw Problem(mistakes) }
    }

    /// The row as the JSON body of one entry would be.
    private static func body(_ fields: JSONObject, _ language: String) -> JSONObject {
        var members: [JSONObject.Member] = []
        var names: [JSONObject.Member] = []
        for (column, value) in fields.members {
            let text = value.string ?? ""
            if column == "name" {
                names.append((language, value))
            } else if column.hasPrefix("name_") {
                names.append((String(column.dropFirst(5)), value))
            } else {
                switch Door.columns.first(where: { $0.name == column })?.content {
                case .list: members.append((column, .array(Self.list(text))))
                case .number: members.append((column, Int(text).map { .number(JSONNumber($0)) } ?? value))
                case .text, nil: members.append((column, value))
                }
            }
        }
        members.append(("names", .object(JSONObject(names))))
        return JSONObject(members)
    }

    private static func list(_ text: String) -> [JSONValue] {
        text.split(separator: ";").map(\.trimmingBlanks).filter { !$0.isEmpty }.map { .string($0) }
    }
}

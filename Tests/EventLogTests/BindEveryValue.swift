import Foundation
import Testing

/// Values are always bound: no Swift source pastes one into SQL text.
///
/// `SQL("… \(x)")` and `"… \(x)" as SQL` bind; text goes unbound only through `UtilitySQL`, which quotes. What is looked
/// for are the ways around both: a string built first and then wrapped, and trusted scripts with something in them.
@Suite struct BindEveryValue {
    /// A line that builds SQL text out of a value, and why it is allowed to.
    private static let allowed = [
        // Statements of files: constant text of ours.
        "UtilitySQL(trusted: file.text)",
        "UtilitySQL(trusted: try files.file(\"projections/\\(shared).sql\").text)",
        "UtilitySQL(trusted: try files.projection(projector.name, file).text)",
        // The same with schemas of other names, which AsOf lets be words only.
        "UtilitySQL(trusted: viewsAsOf)",
        "SQL(try files.projection(projector, name).text, binds)",
        // Quoted by UtilitySQL before.
        "SQL(statement.text)",
        "UtilitySQL(trusted: try files.projection(projector.name, Self.lateIndexes).text)",
        "SQL(statement.text, [tenant])",
        "SQL(statement.text, [part.tenant])",
        "SQL(statement.text, [tenant, Int64(shown)])",
        "SQL(UtilitySQL(\"SELECT release, release_position FROM aggregates.\\(identifier: name) LIMIT 1\").text)",
        "return SQL(text.text) + \" LIMIT ",
    ]

    static func findings(in source: String) -> [String] {
        var found: [String] = []
        for line in source.split(separator: "\n", omittingEmptySubsequences: true) {
            let text = line.trimmingCharacters(in: .whitespaces)
            guard !text.hasPrefix("//") else { continue }
            let wraps =
                text.range(of: #"\bUtilitySQL\(trusted: "#, options: .regularExpression) != nil
                || text.range(of: #"\bSQL\((?!"|\))"#, options: .regularExpression) != nil
            guard wraps, !allowed.contains(where: { text.contains($0) }) else { continue }
            found.append(text)
        }
        return found
    }

    @Test func inAllSources() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        var seen = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            if file.path.contains("/Sources/Postgres/") { continue }
            seen += 1
            let found = Self.findings(in: try String(contentsOf: file, encoding: .utf8))
            #expect(found.isEmpty, "\(file.lastPathComponent)")
        }
        #expect(seen > 50)
    }

    /// The control.
    @Test func wouldBeFoundOtherwise() {
        #expect(Self.findings(in: "let rows = try await pool.query(SQL(text))").count == 1)
        #expect(Self.findings(in: "run(script: UtilitySQL(trusted: \"DROP TABLE \" + name))").count == 1)
        #expect(Self.findings(in: "let rows = try await pool.query(\"SELECT \\(value)\")").isEmpty)
    }
}

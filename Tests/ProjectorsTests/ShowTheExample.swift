import Foundation
import Testing

/// `docs/projectors.md` shows the files of the example as they are: those that are compiled and run here.
@Suite struct ShowTheExample {
    private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    private static let root = here.deletingLastPathComponent().deletingLastPathComponent()

    /// Each block whose line above names a file of the example, by that name.
    private static func shown(_ document: String) -> [String: String] {
        var shown: [String: String] = [:]
        for part in document.components(separatedBy: "\n`Example/").dropFirst() {
            guard let end = part.range(of: "`\n\n```"), let begin = part[end.upperBound...].firstIndex(of: "\n"),
                let close = part.range(of: "\n```\n")
            else { continue }
            let text = part[part.index(after: begin)..<close.lowerBound]
            shown[String(part[..<end.lowerBound])] = text + "\n"
        }
        return shown
    }

    private static func files() throws -> [String: String] {
        let folder = here.appendingPathComponent("Example")
        var files: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where path.contains(".") {
            files[path] = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
        }
        return files
    }

    @Test func allOfThemAndNothingElse() throws {
        let document = try String(contentsOf: Self.root.appendingPathComponent("docs/projectors.md"), encoding: .utf8)
        let (shown, files) = (Self.shown(document), try Self.files())
        #expect(files.count >= 6)
        #expect(shown.keys.sorted() == files.keys.sorted())
        for (path, text) in files { #expect(shown[path] == text, "docs/projectors.md does not show \(path) as it is") }
    }

    /// The control: a document that says another word is found out.
    @Test func aWordThatDiffersIsSeen() {
        let document = "A\n`Example/a.sql`\n\n```sql\nSELECT 1\n```\n\nB"
        #expect(Self.shown(document) == ["a.sql": "SELECT 1\n"])
        #expect(Self.shown(document.replacing("1", with: "2")) != ["a.sql": "SELECT 1\n"])
    }
}

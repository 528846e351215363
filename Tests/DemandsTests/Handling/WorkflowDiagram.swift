import Demands
import Foundation

/// What `docs/demands.md` draws: the arrows between states, and the table of the states.
struct WorkflowDiagram {
    struct Arrow: Hashable, CustomStringConvertible {
        var from: String
        var to: String
        /// The command that leads along it.
        var command: String

        var description: String { "\(from) --> \(to): \(command)" }
    }

    struct Row: Equatable {
        var state: String
        var word: String
        var phase: String
    }

    var arrows: [Arrow] = []
    var first: [String] = []
    var rows: [Row] = []
    /// Lines of the diagram that this reader does not understand.
    var unread: [String] = []

    /// Reads the one Mermaid block, and the table whose first column is `state`.
    init(_ markdown: String) {
        var isDiagram = false
        var isTable = false
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isDiagram = line == "```mermaid"
            } else if isDiagram {
                read(line)
            }
            if line.hasPrefix("| state |") {
                isTable = true
            } else if !line.hasPrefix("|") {
                isTable = false
            } else if isTable, let row = Self.row(line) {
                rows.append(row)
            }
        }
    }

    /// The one of this project's documentation.
    static func read() throws -> WorkflowDiagram {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let file = root.appendingPathComponent("docs/demands.md")
        return WorkflowDiagram(try String(contentsOf: file, encoding: .utf8))
    }

    private mutating func read(_ line: Substring) {
        let line = line.trimmingCharacters(in: .whitespaces)
        guard line != "stateDiagram-v2", !line.isEmpty else { return }
        if let match = line.wholeMatch(of: /\[\*\] --> (\w+)/) {
            first.append(String(match.1))
        } else if let match = line.wholeMatch(of: /(\w+) --> (\w+): (\w+)/) {
            arrows.append(Arrow(from: String(match.1), to: String(match.2), command: String(match.3)))
        } else {
            unread.append(line)
        }
    }

    private static func row(_ line: Substring) -> Row? {
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        guard cells.count == 4, cells[0].hasPrefix("`") else { return nil }
        return Row(state: cells[0].trimmingCharacters(in: ["`"]), word: cells[1], phase: cells[2])
    }

    /// What is wrong with it by itself.
    var mistakes: [String] {
        var found = unread.map { "no arrow: \($0)" }
        if first != ["received"] { found.append("it begins at \(first)") }
        if Set(arrows).count != arrows.count { found.append("an arrow is drawn twice") }
        let drawn = Set(arrows.flatMap { [$0.from, $0.to] })
        for state in drawn.symmetricDifference(rows.map(\.state)).sorted() {
            found.append("\(state) is in one of diagram and table")
        }
        return found
    }
}

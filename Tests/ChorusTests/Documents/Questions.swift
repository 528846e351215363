import Foundation

/// The SQL blocks of one section of a page of `docs`.
struct Questions {
    let blocks: [String]

    init(of section: String, in page: String) throws {
        let text = try String(contentsOfFile: Self.root + "/docs/" + page, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { $0 != "## " + section }
            .dropFirst()
            .prefix { !$0.hasPrefix("## ") }
        var blocks: [String] = []
        var block: [Substring]?
        for line in lines {
            switch (block, line) {
            case (nil, "```sql"): block = []
            case (.some(let open), "```"):
                blocks.append(open.joined(separator: "\n"))
                block = nil
            case (.some, _): block?.append(line)
            case (nil, _): continue
            }
        }
        self.blocks = blocks
    }

    /// Of the checkout.
    static var root: String {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root.path
    }
}

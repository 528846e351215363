/// Rows of text in columns that are as wide as they need to be.
struct Table {
    let header: [String]

    init(_ header: [String]) {
        self.header = header
    }

    /// Writes the header and the rows to stdout.
    func show(_ rows: [[String]]) {
        for line in lines(rows) { Console.result(line) }
    }

    /// The header and the rows, two blanks between columns.
    func lines(_ rows: [[String]]) -> [String] {
        let widths = header.indices.map { column in
            ([header] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([header] + rows).map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: max(0, width - cell.count))
            }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
    }
}

import CSVRows
import EventLog
import FeedbackImport
import Foundation

/// The file to import, read twice: once to look whether everything fits, once to send.
struct ImportFile: Sendable {
    enum Form: Sendable {
        case ndjson, csv
    }

    let path: String
    let form: Form

    /// A file ending in `.ndjson`, `.jsonl` or `.csv`.
    init(_ path: String) throws {
        let lower = path.lowercased()
        if lower.hasSuffix(".csv") {
            form = .csv
        } else if lower.hasSuffix(".ndjson") || lower.hasSuffix(".jsonl") {
            form = .ndjson
        } else {
            throw Complaint("\(path) must be a .ndjson (or .jsonl) file with one JSON object a line, or a .csv file")
        }
        self.path = path
    }

    private static let pieceSize = 262_144

    /// Hands every row to `body`, in order. NDJSON is streamed, a CSV file is in memory as a whole.
    func forEachRow(_ body: (SourceRow) async throws -> Void) async throws {
        switch form {
        case .csv:
            for row in try csv().rows { try await body(row) }
        case .ndjson:
            var splitter = LineSplitter()
            var rows: [SourceRow] = []
            let file = try open()
            defer { try? file.close() }
            while let piece = try read(file) {
                splitter.feed(piece) { line, bytes in
                    if let row = SourceRow(line: line, ndjson: bytes) { rows.append(row) }
                }
                for row in rows { try await body(row) }
                rows.removeAll(keepingCapacity: true)
            }
            splitter.finish { line, bytes in
                if let row = SourceRow(line: line, ndjson: bytes) { rows.append(row) }
            }
            for row in rows { try await body(row) }
        }
    }

    /// A hash of the file's content: of each piece together with the hash so far.
    func fingerprint() throws -> [UInt8] {
        let file = try open()
        defer { try? file.close() }
        var hash: [UInt8] = []
        while let piece = try read(file) { hash = sha256(hash + piece) }
        return hash
    }

    /// The columns of a CSV file; nil for NDJSON, whose rows each have their own.
    func columns() throws -> [String]? {
        form == .csv ? try csv().header : nil
    }

    private func csv() throws -> CSVRows {
        let file = try open()
        defer { try? file.close() }
        guard let text = String(validating: try file.readToEnd() ?? Data(), as: UTF8.self) else {
            throw Complaint("\(path) is not UTF-8; convert it first, for example with: iconv -f GB18030 -t UTF-8")
        }
        do {
            return try CSVRows(text)
        } catch {
            throw Complaint("\(path): \(error)")
        }
    }

    private func open() throws -> FileHandle {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Complaint("\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        return file
    }

    private func read(_ file: FileHandle) throws -> Data? {
        do {
            guard let piece = try file.read(upToCount: Self.pieceSize), !piece.isEmpty else { return nil }
            return piece
        } catch {
            throw Complaint("\(path) cannot be read; is it a folder?")
        }
    }
}

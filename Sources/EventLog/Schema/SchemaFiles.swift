import Foundation
import Synchronization

/// The SQL tree that the binary carries: migrations, functions, views, projectors' tables.
///
/// It is looked for beside the running executable, wherever that was started from; `CHORUS_SCHEMA` names another
/// folder. A missing tree is an error with the places searched, never a trap.
package struct SchemaFiles: Sendable {
    package let folder: URL
    private let known = Known()

    package init(folder: URL) {
        self.folder = folder
    }

    /// Finds the tree of this executable.
    package static func find() throws(SchemaError) -> SchemaFiles {
        var candidates: [URL] = []
        if let named = ProcessInfo.processInfo.environment["CHORUS_SCHEMA"], !named.isEmpty {
            candidates.append(URL(fileURLWithPath: named))
        }
        if let executable = executableFolder() {
            candidates.append(executable.appendingPathComponent("chorus_EventLog.resources/schema"))
            candidates.append(executable.appendingPathComponent("../share/chorus/schema").standardizedFileURL)
        }
        for folder in candidates
        where FileManager.default.fileExists(atPath: folder.appendingPathComponent("repeat").path) {
            return SchemaFiles(folder: folder)
        }
        throw .missing(searched: candidates.map(\.path))
    }

    private static func executableFolder() -> URL? {
        if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            return URL(fileURLWithPath: target).deletingLastPathComponent()
        }
        return Bundle.main.executableURL?.deletingLastPathComponent()
    }

    /// Numbered files: run once, never changed.
    package func runOnce() throws(SchemaError) -> [SQLFile] {
        try files(in: "").filter { $0.name.first?.isNumber == true }
    }

    /// Files that run again when their checksum changes, in this order.
    package func repeatable() throws(SchemaError) -> [SQLFile] {
        try files(in: "repeat")
    }

    /// A projector's file, such as `projections/demand_board/apply.sql`; read once, since every batch asks for it.
    package func projection(_ projector: String, _ name: String) throws(SchemaError) -> SQLFile {
        let path = "projections/\(projector)/\(name).sql"
        if let known = known.files.withLock({ $0[path] }) { return known }
        let file = try file(path)
        known.files.withLock { $0[path] = file }
        return file
    }

    /// Whether a projector has such a file.
    func hasProjection(_ projector: String, _ name: String) -> Bool {
        FileManager.default.fileExists(
            atPath: folder.appendingPathComponent("projections/\(projector)/\(name).sql").path
        )
    }

    /// One file by its path in the tree.
    package func file(_ path: String) throws(SchemaError) -> SQLFile {
        let url = folder.appendingPathComponent(path)
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { throw .unreadable(url.path) }
        return SQLFile(name: path, text: text)
    }

    /// What has been read.
    private final class Known: Sendable {
        let files = Mutex<[String: SQLFile]>([:])
    }

    private func files(in subfolder: String) throws(SchemaError) -> [SQLFile] {
        let url = subfolder.isEmpty ? folder : folder.appendingPathComponent(subfolder)
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: url.path) else {
            throw .unreadable(url.path)
        }
        var files: [SQLFile] = []
        for name in names.sorted() where name.hasSuffix(".sql") {
            files.append(try file(subfolder.isEmpty ? name : "\(subfolder)/\(name)"))
        }
        return files
    }
}

/// One SQL file: its path in the tree, its text, its checksum.
package struct SQLFile: Sendable {
    package let name: String
    package let text: String

    /// SHA-256 of the text, hexadecimal.
    package var checksum: String { sha256(Array(text.utf8)).hexadecimal }
}

/// What can be wrong with the SQL tree.
package enum SchemaError: Error, Sendable, CustomStringConvertible {
    case missing(searched: [String])
    case unreadable(String)
    case changed(file: String)
    case newer(file: String)

    package var description: String {
        switch self {
        case .missing(let searched):
            "the SQL files of Chorus were not found; searched \(searched.joined(separator: ", ")); "
                + "keep chorus_EventLog.resources beside the binary, or set CHORUS_SCHEMA"
        case .unreadable(let path): "\(path) cannot be read"
        case .changed(let file):
            "\(file) was applied to this database with other content; a numbered file never changes: "
                + "restore it and write a new file with the next number"
        case .newer(let file):
            "this database was migrated by a newer Chorus (\(file) is unknown here); start that version instead"
        }
    }
}

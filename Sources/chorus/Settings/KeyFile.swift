import Foundation

/// A file of the home that holds one key and that only its owner may read.
struct KeyFile: Sendable {
    let path: String

    /// Where the first start keeps the admin key.
    static func admin(in home: String) -> KeyFile { KeyFile(path: "\(home)/admin.key") }

    /// Where the first start keeps the publishable intake key.
    static func intake(in home: String) -> KeyFile { KeyFile(path: "\(home)/intake.key") }

    /// The key; nil when there is no file, or nothing in it.
    func read() -> String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let key = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return key.isEmpty ? nil : key
    }

    /// Writes the key to a new file of mode 0600, on disk before this returns; an existing file is replaced whole.
    func write(_ key: String) throws {
        let draft = "\(path).new"
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure() }
        defer { close(file) }
        let bytes = Array("\(key)\n".utf8)
        guard Foundation.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0, rename(draft, path) == 0
        else {
            throw failure()
        }
    }

    private func failure() -> Complaint {
        Complaint("\(path) cannot be written: \(String(cString: strerror(errno))). Check the folder's owner and space")
    }
}

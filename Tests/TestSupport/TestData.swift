import Foundation
import Synchronization

/// Real data that lies beside the checkout (`../shared/data`), when it does: too large or too encumbered to be in it.
package enum TestData {
    private static let announced = Mutex<Set<String>>([])

    /// The file or folder at `path` in the data; nil when it is not on this machine.
    package static func url(_ path: String) -> URL? {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let url = root.deletingLastPathComponent().appendingPathComponent("shared/data").appendingPathComponent(path)
        return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }

    /// Says loudly on stderr, once for each thing, that tests go without some real data.
    package static func announceMissing(_ what: String) {
        guard announced.withLock({ $0.insert(what).inserted }) else { return }
        let line = String(repeating: "!", count: 78)
        let text = "\(line)\n!! REAL DATA IS MISSING: \(what)\n!! What depends on it was NOT checked.\n\(line)\n"
        FileHandle.standardError.write(Data(text.utf8))
    }
}

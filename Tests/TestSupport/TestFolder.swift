import EmbeddedPostgres
import Foundation
import Synchronization

/// The temporary folder of this test process, which holds all its clusters.
///
/// It goes when the process exits, with the servers in it. What a killed run left behind goes at the next run's
/// start: each run holds a lock in its folder, and a folder whose lock is free has no run.
enum TestFolder {
    /// `CHORUS_TEST_FOLDERS` names another place, for runs that are to see nobody else's leavings, nor theirs be seen.
    private static let parent = ProcessInfo.processInfo.environment["CHORUS_TEST_FOLDERS"] ?? "/tmp"
    private static let prefix = "chorus-tests-"

    /// Made at first use. Others may enter it, since PostgreSQL does not run as root.
    static let path: Result<String, any Error> = Result { try make() }

    private static let lock = Mutex<FileLock?>(nil)

    private static func make() throws -> String {
        // One run at a time makes its folder, so that none is swept away before its lock is taken.
        let gate = "\(parent)/\(prefix)\(geteuid()).lock"
        var making = try FileLock.attempt(gate, exclusive: true)
        while making == nil {
            usleep(10_000)
            making = try FileLock.attempt(gate, exclusive: true)
        }
        defer { making?.release() }
        try sweep()

        var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
        let name: String? = template.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, mkdtemp(start) != nil else { return nil }
            return String(cString: start)
        }
        guard let name else { throw CocoaError(.fileWriteUnknown) }
        chmod(name, 0o711)
        let held = try FileLock.attempt("\(name)/run.lock", exclusive: true)
        lock.withLock { $0 = held }
        atexit { TestFolder.leave() }
        return name
    }

    private static func leave() {
        if case .success(let path) = path { remove(path) }
    }

    private static func sweep() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: parent) where name.hasPrefix(prefix) {
            let folder = "\(parent)/\(name)"
            var info = stat()
            guard lstat(folder, &info) == 0, info.st_mode & S_IFMT == S_IFDIR, info.st_uid == geteuid() else {
                continue
            }
            if try FileLock.attempt("\(folder)/run.lock", exclusive: true) != nil { remove(folder) }
        }
    }

    /// Kills whatever works in the folder, waits for its end, deletes the folder.
    static func remove(_ folder: String) {
        for _ in 0..<500 {
            let processes = occupants(of: folder)
            if processes.isEmpty { break }
            processes.forEach { kill($0, SIGKILL) }
            usleep(10_000)
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func occupants(of folder: String) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            let cwd = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
            return cwd?.hasPrefix("\(folder)/") == true && Postmaster.isAlive(pid)
        }
    }
}

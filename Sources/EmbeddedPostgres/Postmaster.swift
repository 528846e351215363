import Foundation

/// What `postmaster.pid` in a data folder says, and whether the process it names is truly that cluster's.
///
/// A process id alone proves nothing: after a crash (always, in a restarted container) it may belong to somebody else.
/// PostgreSQL's processes work in their data folder, so that is what is compared.
package struct Postmaster: Sendable {
    /// The state that the postmaster last wrote of itself.
    enum State: String, Sendable { case starting, ready, stopping, standby }

    package let pid: pid_t
    let port: Int
    let socketFolder: String
    let state: State

    /// Where a process works, as far as can be told.
    enum Whereabouts: Sendable {
        /// It works in the data folder.
        case inside
        /// It has ended, or it cannot be one of the cluster's.
        case elsewhere
        /// It may be one of the cluster's: it exists, and what would tell could not be read.
        case unknown
    }

    /// The cluster's postmaster; nil when the file is missing, half-written or of a process that has ended.
    ///
    /// Throws when the file cannot be read. Surprise: a process of which we cannot tell where it works counts as alive.
    static func running(in dataFolder: String) throws(EmbeddedPostgresError) -> Postmaster? {
        guard let text = try contents(of: path(in: dataFolder)) else { return nil }
        // pid, data folder, start time, port, socket folder, listen address, shared memory, state
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        guard lines.count >= 5, let pid = pid_t(lines[0]), pid > 0, let port = Int(lines[3]) else { return nil }
        guard isAlive(pid, in: dataFolder) else { return nil }
        let state = lines.count >= 8 ? State(rawValue: lines[7]) : nil
        return Postmaster(pid: pid, port: port, socketFolder: lines[4], state: state ?? .starting)
    }

    static func path(in dataFolder: String) -> String { "\(dataFolder)/postmaster.pid" }

    /// False when the process has ended or works elsewhere; true also when that cannot be told.
    package static func isAlive(_ pid: pid_t, in dataFolder: String) -> Bool {
        whereabouts(of: pid, dataFolder: dataFolder) != .elsewhere
    }

    /// True while a process of that id exists and is no zombie; true also when its state cannot be read.
    package static func isAlive(_ pid: pid_t) -> Bool {
        guard exists(pid) else { return false }
        do {
            // Without a state it has ended just now, or /proc is not there or hides it: ask the kernel again.
            guard let status = try contents(of: "/proc/\(pid)/stat") else { return exists(pid) }
            // "pid (name) S …": the name may hold anything, so look behind its last parenthesis.
            let state = status[(status.lastIndex(of: ")") ?? status.startIndex)...].dropFirst(2).first
            return state != "Z" && state != "X"
        } catch {
            return true
        }
    }

    /// Where a process works. Takes no descriptor unless the kernel refuses to name its folder.
    static func whereabouts(of pid: pid_t, dataFolder: String) -> Whereabouts {
        #if os(Linux)
            var process = stat()
            var folder = stat()
            guard exists(pid) else { return .elsewhere }
            guard stat(dataFolder, &folder) == 0 else { return isMissing(errno) ? .elsewhere : .unknown }
            // A zombie has no folder any more.
            if stat("/proc/\(pid)/cwd", &process) == 0 {
                return process.st_dev == folder.st_dev && process.st_ino == folder.st_ino ? .inside : .elsewhere
            }
            if isMissing(errno) { return .elsewhere }
            // Root in a container may lack the right to see the folder of another account's process: its owner (root
            // for one that hides) and its name are open to all.
            guard stat("/proc/\(pid)", &process) == 0 else { return isMissing(errno) ? .elsewhere : .unknown }
            guard process.st_uid == folder.st_uid || process.st_uid == 0 else { return .elsewhere }
            do { return try isAlive(pid) && isPostgres(pid) ? .unknown : .elsewhere } catch { return .unknown }
        #else
            return isAlive(pid) ? .inside : .elsewhere
        #endif
    }

    /// PostgreSQL's processes that work in a data folder (a cluster's backends, also those whose postmaster is gone),
    /// and those that may.
    ///
    /// Others who work there, such as a shell or a backup, are none of ours. Throws when /proc cannot be read.
    static func processes(
        in dataFolder: String
    ) throws(EmbeddedPostgresError) -> (known: [pid_t], unknown: [pid_t]) {
        var found: (known: [pid_t], unknown: [pid_t]) = ([], [])
        #if os(Linux)
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else {
                throw EmbeddedPostgresError(
                    .start,
                    "The processes of this machine cannot be listed",
                    at: "/proc",
                    advice: "Check that it is mounted, and the limit of open files (ulimit -n)."
                )
            }
            for pid in names.compactMap({ pid_t($0) }) where pid != getpid() {
                switch whereabouts(of: pid, dataFolder: dataFolder) {
                case .inside: if try isPostgres(pid) { found.known.append(pid) }
                case .unknown: found.unknown.append(pid)
                case .elsewhere: continue
                }
            }
        #endif
        return found
    }

    /// The port of the first socket in `folder` that no live process claims; a claim left by a dead one is removed.
    ///
    /// Claims of living processes happen: a home was deleted under its running postmaster and made again.
    static func freePort(in folder: String) throws(EmbeddedPostgresError) -> Int? {
        for port in 5432..<5532 {
            let socket = "\(folder)/.s.PGSQL.\(port)"
            guard let text = try contents(of: "\(socket).lock") else { return port }
            let holder = pid_t(text.prefix { $0 != "\n" }.drop { $0 == "-" }) ?? 0
            if holder > 0, isAlive(holder), try isPostgres(holder) { continue }
            unlink("\(socket).lock")
            unlink(socket)
            return port
        }
        return nil
    }

    /// True for a process that runs PostgreSQL's server, by its name; always true where there is no /proc.
    static func isPostgres(_ pid: pid_t) throws(EmbeddedPostgresError) -> Bool {
        guard let name = try contents(of: "/proc/\(pid)/comm") else { return access("/proc/self", F_OK) != 0 }
        return name == "postgres\n" || name == "postmaster\n"
    }

    private static func exists(_ pid: pid_t) -> Bool { kill(pid, 0) == 0 || errno != ESRCH }

    /// The errors that say that a file, or the process it tells of, is not there; no other one says so.
    private static func isMissing(_ error: Int32) -> Bool { error == ENOENT || error == ENOTDIR || error == ESRCH }

    /// A small file's text; nil only when it is not there. Follows no link: the folder may be another account's.
    private static func contents(of path: String) throws(EmbeddedPostgresError) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else {
            if isMissing(errno) { return nil }
            throw .system("A file cannot be read", at: path, advice: "Check its owner and the limit of open files.")
        }
        defer { close(file) }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(file, &part, part.count)
            if count == 0 { return String(decoding: text, as: UTF8.self) }
            if count > 0 {
                text += part[..<count]
            } else if isMissing(errno) {
                return nil
            } else if errno != EINTR {
                throw .system("A file cannot be read", at: path, advice: "Check the disk.")
            }
        }
    }
}

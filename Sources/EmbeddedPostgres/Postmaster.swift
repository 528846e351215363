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

    /// The cluster's live postmaster; nil when the file is missing, half-written or of a process that has ended.
    static func running(in dataFolder: String) -> Postmaster? {
        guard let text = try? String(contentsOfFile: path(in: dataFolder), encoding: .utf8) else { return nil }
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

    /// True while the process exists, is no zombie, and works in the data folder.
    package static func isAlive(_ pid: pid_t, in dataFolder: String) -> Bool {
        #if os(Linux)
            guard isAlive(pid) else { return false }
            var process = stat()
            var folder = stat()
            guard stat("/proc/\(pid)/cwd", &process) == 0, stat(dataFolder, &folder) == 0 else { return false }
            return process.st_dev == folder.st_dev && process.st_ino == folder.st_ino
        #else
            return isAlive(pid)
        #endif
    }

    /// True while a process of that id exists and is no zombie.
    package static func isAlive(_ pid: pid_t) -> Bool {
        guard kill(pid, 0) == 0 || errno == EPERM else { return false }
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else {
            return access("/proc/self/stat", F_OK) != 0
        }
        // "pid (name) S …": the name may hold anything, so look behind its last parenthesis.
        let state = status[(status.lastIndex(of: ")") ?? status.startIndex)...].dropFirst(2).first
        return state != "Z" && state != "X"
    }

    /// The live processes that work in a data folder: a cluster's backends, also those whose postmaster is gone.
    package static func processes(in dataFolder: String) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { $0 != getpid() && isAlive($0, in: dataFolder) }
    }

    /// The port of the first socket in `folder` that no live process claims; a claim left by a dead one is removed.
    ///
    /// Claims of living processes happen: a home was deleted under its running postmaster and made again.
    static func freePort(in folder: String) -> Int? {
        (5432..<5532).first { port in
            let socket = "\(folder)/.s.PGSQL.\(port)"
            guard let text = try? String(contentsOfFile: "\(socket).lock", encoding: .utf8) else { return true }
            let holder = pid_t(text.prefix { $0 != "\n" }.drop { $0 == "-" }) ?? 0
            if holder > 0, isAlive(holder), isPostgres(holder) { return false }
            unlink("\(socket).lock")
            unlink(socket)
            return true
        }
    }

    private static func isPostgres(_ pid: pid_t) -> Bool {
        guard let name = try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8) else { return true }
        return name.hasPrefix("postgres")
    }
}

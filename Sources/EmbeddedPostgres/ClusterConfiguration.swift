import Foundation

/// The text of `chorus.conf`, which the cluster's `postgresql.conf` includes.
///
/// Written again at every start of the postmaster, so that it follows the machine and this version of Chorus; an
/// operator's own settings belong behind the include in `postgresql.conf`, or in ALTER SYSTEM, which win.
struct ClusterConfiguration: Sendable {
    static let fileName = "chorus.conf"

    let durable: Bool
    let extra: [String: String]
    /// Bytes of memory that we may use.
    var memory = Self.usableMemory()

    var text: String {
        var settings: [(String, String)] = [
            ("max_connections", "100"),
            ("shared_buffers", "\(Self.sharedBuffers(of: memory))MB"),
            // `try` can end in SIGBUS where a container may not use the huge pages that the machine has.
            ("huge_pages", "off"),
            // After each checkpoint the first touch of a page writes all of it, and ids that are hashes touch many.
            ("max_wal_size", "8GB"),
            // Statements here are short: compiling one costs more than it saves.
            ("jit", "off"),
            ("checkpoint_timeout", "15min"),
            ("synchronous_commit", "on"),
            ("fsync", durable ? "on" : "off"),
            ("full_page_writes", durable ? "on" : "off"),
            // People's words must not reach a log: no statement, no parameter, no DETAIL ("Key (…)=(…)"), and no
            // message of a failed statement at all, since 'invalid input syntax: "…"' quotes its input.
            ("log_statement", "none"),
            ("log_min_duration_statement", "-1"),
            ("log_min_error_statement", "panic"),
            ("log_min_messages", "log"),
            ("log_parameter_max_length", "0"),
            ("log_parameter_max_length_on_error", "0"),
            ("log_error_verbosity", "terse"),
            ("logging_collector", "on"),
            ("log_directory", "log"),
            ("log_filename", "postgresql-%a.log"),
            ("log_truncate_on_rotation", "on"),
            ("log_rotation_age", "1d"),
            ("log_rotation_size", "0"),
            ("log_line_prefix", "%m [%p] "),
        ]
        for (name, value) in extra.sorted(by: { $0.key < $1.key }) {
            settings.removeAll { $0.0 == name }
            settings.append((name, value))
        }
        let head = """
            # Written by Chorus at every start of this cluster; changes here are lost.
            # Put settings of your own behind the include in postgresql.conf, or use ALTER SYSTEM.

            """
        return head
            + settings.map { "\($0.0) = '\($0.1.replacingOccurrences(of: "'", with: "''"))'\n" }.joined()
    }

    /// Megabytes: a quarter of the memory, from 128 MB to 8 GB.
    static func sharedBuffers(of memory: UInt64) -> UInt64 {
        min(max(memory / 4 / 1_048_576, 128), 8_192)
    }

    /// The machine's memory, or the container's limit (cgroup version 2, then 1) when that is lower.
    static func usableMemory() -> UInt64 {
        let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap {
            path in
            (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
                UInt64($0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        }
        return min(ProcessInfo.processInfo.physicalMemory, limits.min() ?? .max)
    }
}

import EmbeddedPostgres
import Foundation

/// Runs one test of this very program in a second process: one that may be killed, or become another user.
///
/// The test calls `part` to see which of the two it is. A second process that ran no test at all would end with
/// status 0, so the caller must look for what the other part says in `output`.
enum SameTestElsewhere {
    private static let variable = "CHORUS_TEST_PART"

    /// What the first process asked the second one to do; nil in the first.
    static var part: String? { ProcessInfo.processInfo.environment[variable] }

    /// - Parameter folders: where it makes its temporary folder; nil: where every run does.
    static func run(_ test: String, part: String, folders: String? = nil) async throws -> Command.Result {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return try await Command(
            "/usr/bin/env",
            ["\(variable)=\(part)"] + (folders.map { ["CHORUS_TEST_FOLDERS=\($0)"] } ?? []) + [
                program, "--testing-library", "swift-testing", "--filter", test,
            ]
        ).run()
    }

    /// Becomes an unprivileged user for good, in the whole process; root only.
    static func become(uid: uid_t, gid: gid_t) -> Bool {
        setgroups(0, nil) == 0 && setgid(gid) == 0 && setuid(uid) == 0
    }
}

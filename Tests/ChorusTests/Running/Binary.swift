import Foundation
import Synchronization
import TestSupport

/// The built `chorus`, run as people run it.
enum Binary {
    /// Beside the test bundle that runs now.
    static func path() throws -> String {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("chorus").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(path: path)
        }
        return path
    }

    struct Missing: Error {
        let path: String
    }

    /// A finished run.
    struct Ended {
        let status: Int32
        let output: String
        let errors: String

        /// What it said on stderr when it failed, without the program's name.
        var complaint: String {
            errors.split(separator: "\n").last { $0.hasPrefix("chorus: ") }.map { String($0.dropFirst(8)) } ?? ""
        }
    }

    /// Runs a command to its end.
    static func run(_ arguments: [String], in installation: Installation) async throws -> Ended {
        try await Running(arguments, in: installation).end()
    }
}

/// A place to run in: a home of its own, and settings by environment.
struct Installation: Sendable {
    let home: String
    var environment: [String: String]

    /// With a private PostgreSQL in the home.
    static func embedded() throws -> Installation {
        let folder = try TestPostgres.temporaryFolder()
        return Installation(
            home: "\(folder)/\(UUID())",
            environment: ["CHORUS_SHARED_DATA": "\(folder)/data", "CHORUS_ADDRESS": "127.0.0.1:0"]
        )
    }

    /// With a fresh database of the tests' PostgreSQL.
    static func onDatabase() async throws -> Installation {
        var installation = try embedded()
        installation.environment["DATABASE_URL"] = try await TestPostgres.connectionString()
        installation.environment["CHORUS_ALLOW_VOLATILE_DATABASE"] = "1"
        return installation
    }

    /// The same with one more setting.
    func with(_ name: String, _ value: String) -> Installation {
        var copy = self
        copy.environment[name] = value
        return copy
    }

    /// A file of the home.
    func read(_ name: String) -> String? {
        (try? String(contentsOfFile: "\(home)/\(name)", encoding: .utf8))?.trimmingCharacters(
            in: .whitespacesAndNewlines
        )
    }

    /// Writes a file for the test beside the home and returns its path.
    func file(_ name: String, _ text: String) throws -> String {
        try FileManager.default.createDirectory(atPath: "\(home).files", withIntermediateDirectories: true)
        let path = "\(home).files/\(name)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}

import Foundation

/// The folder with PostgreSQL's server programs, and their major version.
struct Installation: Sendable {
    /// Absolute path of the folder that holds `postgres`, `initdb` and `psql`.
    let folder: String
    /// The major version, such as 15.
    let version: Int

    func path(of program: String) -> String { "\(folder)/\(program)" }

    /// The newest installed server, or the one of exactly `version` when the data was made by it.
    ///
    /// Looks at Debian's versioned folders, then where `pg_config` points, then along PATH. Surprise: `pg_config` comes
    /// with libpq-dev, so it may point to a folder without a server in it.
    static func find(version: Int? = nil) throws(EmbeddedPostgresError) -> Installation {
        let candidates = debian() + [pgConfig()].compactMap(\.self) + onPath()
        let installed = candidates.filter { isExecutable("\($0)/postgres") && isExecutable("\($0)/initdb") }
            .compactMap { folder in serverVersion(in: folder).map { Installation(folder: folder, version: $0) } }
        if let version {
            if let match = installed.first(where: { $0.version == version }) { return match }
            let others = Set(installed.map(\.version)).sorted().map(String.init).joined(separator: ", ")
            throw EmbeddedPostgresError(
                .notInstalled,
                "The data was made by PostgreSQL \(version), and that server is not installed"
                    + (others.isEmpty ? "" : " (found: \(others))"),
                at: "/usr/lib/postgresql/\(version)/bin",
                advice: "Install it: apt-get install postgresql-\(version). To change versions use pg_upgrade."
            )
        }
        if let newest = installed.max(by: { $0.version < $1.version }) { return newest }
        throw EmbeddedPostgresError(
            .notInstalled,
            "No PostgreSQL server is installed (looked for the programs `postgres` and `initdb`)",
            at: "/usr/lib/postgresql/*/bin, pg_config --bindir, PATH",
            advice: "Install it: apt-get install postgresql. Or set DATABASE_URL to use a server elsewhere."
        )
    }

    private static func debian() -> [String] {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap(Int.init).sorted(by: >).map { "\(root)/\($0)/bin" }
    }

    private static func onPath() -> [String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map(String.init)
    }

    private static func pgConfig() -> String? {
        guard let folder = onPath().first(where: { isExecutable("\($0)/pg_config") }) else { return nil }
        return firstLine(of: "\(folder)/pg_config", ["--bindir"])
    }

    /// `postgres --version` says "postgres (PostgreSQL) 15.20 (Debian …)" or "… 18beta1".
    private static func serverVersion(in folder: String) -> Int? {
        if folder.hasPrefix("/usr/lib/postgresql/") {
            return Int(folder.dropFirst("/usr/lib/postgresql/".count).prefix { $0 != "/" })
        }
        guard let line = firstLine(of: "\(folder)/postgres", ["--version"]) else { return nil }
        guard let text = line.split(separator: ")").dropFirst().first else { return nil }
        return Int(text.drop { !$0.isNumber }.prefix { $0.isNumber })
    }

    private static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// These two programs only print a line and end, so blocking for them is harmless.
    private static func firstLine(of program: String, _ arguments: [String]) -> String? {
        let quoted = ([program] + arguments).map { "'\($0)'" }.joined(separator: " ")
        let inherited = Command.inherited.sorted().map { "${\($0)+\"\($0)=$\($0)\"}" }.joined(separator: " ")
        guard let stream = popen("exec env -i \(inherited) \(quoted) 2>/dev/null", "r") else { return nil }
        defer { pclose(stream) }
        var line = [CChar](repeating: 0, count: 4096)
        guard fgets(&line, Int32(line.count), stream) != nil else { return nil }
        let bytes = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

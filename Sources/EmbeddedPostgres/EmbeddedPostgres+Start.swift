import Foundation
import Synchronization

extension EmbeddedPostgres {
    /// Makes the home's cluster when there is none, starts it or adopts its running postmaster, and returns when it
    /// takes connections.
    ///
    /// One start of a home works at a time; others wait and then adopt. `report` gets a sentence for the operator at
    /// each step that takes time. Recovery after a crash may take minutes and is waited for.
    package static func start(
        _ settings: Settings,
        report: @Sendable (String) -> Void = { _ in }
    ) async throws(EmbeddedPostgresError) -> EmbeddedPostgres {
        try makeFolder(settings.home, mode: 0o700)
        guard let home = resolved(settings.home) else {
            throw .system("The home cannot be read", at: settings.home, advice: "Check who owns the folders above it.")
        }
        let starting = try await FileLock.acquire("\(home)/postgres.start.lock", exclusive: true) {
            report("Waiting for another start or stop of the cluster in \(home)")
        }
        defer { starting.release() }
        let usage = try await FileLock.acquire("\(home)/postgres.use.lock", exclusive: false)

        let folder: DataFolder
        if let existing = try DataFolder.existing(home: home) {
            folder = existing
        } else {
            folder = try await DataFolder.create(home: home, settings: settings, report: report)
        }
        let installation = try Installation.find(version: folder.version)
        if let postmaster = try await adopt(folder, report: report) {
            return EmbeddedPostgres(
                home: home,
                folder: folder,
                postmaster: postmaster,
                installation: installation,
                adopted: true,
                usage: usage
            )
        }
        let postmaster = try await launch(folder, installation: installation, settings: settings, report: report)
        return EmbeddedPostgres(
            home: home,
            folder: folder,
            postmaster: postmaster,
            installation: installation,
            adopted: false,
            usage: usage
        )
    }

    /// The running postmaster once it is ready; nil when none runs, also after waiting for one that was ending.
    private static func adopt(
        _ folder: DataFolder,
        report: @Sendable (String) -> Void
    ) async throws(EmbeddedPostgresError) -> Postmaster? {
        var told = false
        while let postmaster = try Postmaster.running(in: folder.path) {
            let reachable = access("\(postmaster.socketFolder)/.s.PGSQL.\(postmaster.port)", F_OK) == 0
            if postmaster.state == .ready {
                if reachable { return postmaster }
                guard Postmaster.whereabouts(of: postmaster.pid, dataFolder: folder.path) != .unknown else {
                    throw stranger(postmaster.pid, in: folder)
                }
                report("PostgreSQL's socket folder was deleted; starting it again")
                try await end(postmaster.pid, in: folder.path, signal: SIGINT)
            } else if !told {
                report("PostgreSQL is \(postmaster.state); waiting for it")
                told = true
            }
            try await pause(at: folder.path)
        }
        return nil
    }

    private static func launch(
        _ folder: DataFolder,
        installation: Installation,
        settings: Settings,
        report: @Sendable (String) -> Void
    ) async throws(EmbeddedPostgresError) -> Postmaster {
        try await clearRemains(of: folder)
        let socketFolder = try SocketFolder.make(
            for: folder.path,
            owner: folder.account,
            parent: settings.socketParent
        )
        guard let port = try Postmaster.freePort(in: socketFolder) else {
            throw EmbeddedPostgresError(
                .start,
                "A hundred sockets of running servers are in the socket folder",
                at: socketFolder,
                advice: "End those servers: postmasters of deleted homes."
            )
        }
        let configuration = ClusterConfiguration(durable: settings.durable, extra: settings.extra)
        let name = ClusterConfiguration.fileName
        close(try replace("\(folder.path)/\(name)", with: configuration.text, owner: folder.account))

        let log = try replace("\(folder.path)/start.log", with: "", owner: folder.account)
        defer { close(log) }
        let ended = Ending()
        let postgres = Command(
            installation.path(of: "postgres"),
            ["-D", folder.path, "-p", "\(port)", "-k", socketFolder, "-c", "listen_addresses="],
            as: folder.account
        )
        let child = try postgres.detach(output: log) { ended.record($0) }
        var looks = 0
        while true {
            if let postmaster = try Postmaster.running(in: folder.path), postmaster.state == .ready {
                return postmaster
            }
            if let status = ended.status {
                let said = lastWords(in: folder.path) + Command.contents(of: log)
                throw EmbeddedPostgresError(
                    .start,
                    "PostgreSQL ended while it started (exit status \(status))",
                    at: folder.path,
                    advice: "Read its words below and the logs in \(folder.path)/log.",
                    output: said.split(separator: "\n").suffix(12).joined(separator: "\n")
                )
            }
            looks += 1
            if looks % 300 == 0 { report("PostgreSQL (process \(child)) is still recovering after \(looks / 100) s") }
            try await pause(at: folder.path)
        }
    }

    /// After a kill of the postmaster its backends end by themselves, but a busy one only when its statement does,
    /// and a new postmaster refuses to start beside it. Then the files of the dead one: PostgreSQL would remove them,
    /// unless its process id has come to belong to somebody else.
    ///
    /// `postmaster.pid` is also how a new postmaster finds out that backends of the dead one still run, so it stays
    /// where we cannot tell, after 5 s, whether there are any.
    private static func clearRemains(of folder: DataFolder) async throws(EmbeddedPostgresError) {
        var looks = 0
        while true {
            let (orphans, unknown) = try Postmaster.processes(in: folder.path)
            if orphans.isEmpty {
                if unknown.isEmpty || access(Postmaster.path(in: folder.path), F_OK) != 0 { break }
                if looks >= 500 { return }
            }
            if looks == 50 { orphans.forEach { kill($0, SIGQUIT) } }
            if looks == 500 { orphans.forEach { kill($0, SIGKILL) } }
            looks += 1
            try await pause(at: folder.path)
        }
        if let postmaster = try Postmaster.running(in: folder.path) { throw stranger(postmaster.pid, in: folder) }
        unlink(Postmaster.path(in: folder.path))
    }

    /// For a process that `postmaster.pid` names and that we neither use nor end.
    private static func stranger(_ pid: pid_t, in folder: DataFolder) -> EmbeddedPostgresError {
        EmbeddedPostgresError(
            .start,
            "postmaster.pid names process \(pid), which may be this cluster's, and we cannot tell",
            at: folder.path,
            advice: "Look at that process. End it if it is this cluster's, else delete postmaster.pid; start again."
        )
    }

    /// What the logging collector took before a failed start.
    private static func lastWords(in dataFolder: String) -> String {
        let logs = (try? FileManager.default.contentsOfDirectory(atPath: "\(dataFolder)/log")) ?? []
        let newest = logs.max { left, right in
            func changed(_ name: String) -> Date {
                let attributes = try? FileManager.default.attributesOfItem(atPath: "\(dataFolder)/log/\(name)")
                return attributes?[.modificationDate] as? Date ?? .distantPast
            }
            return changed(left) < changed(right)
        }
        return newest.flatMap { try? String(contentsOfFile: "\(dataFolder)/log/\($0)", encoding: .utf8) } ?? ""
    }

    /// Makes a file anew and returns its descriptor, to append to and to be closed by the caller.
    ///
    /// The account that owns the folder may put a link at the path at any time, so root never opens it again.
    private static func replace(
        _ path: String,
        with text: String,
        owner: Account
    ) throws(EmbeddedPostgresError) -> Int32 {
        unlink(path)
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw .system("A file cannot be written", at: path, advice: "Check the folder's owner and the free space.")
        }
        let bytes = Array(text.utf8)
        guard write(file, bytes, bytes.count) == bytes.count, fchown(file, owner.uid, owner.gid) == 0 else {
            defer { close(file) }
            throw .system("A file cannot be written", at: path, advice: "Check the free space.")
        }
        return file
    }
}

/// The exit status of a child, once it has one.
private final class Ending: Sendable {
    private let stored = Mutex<Int32?>(nil)

    var status: Int32? { stored.withLock { $0 } }

    func record(_ status: Int32) { stored.withLock { $0 = status } }
}

import Foundation

/// Where a home's cluster keeps its files, and who owns them.
///
/// `<home>/postgres` is the data folder itself. When root made the cluster it is a link to a folder under
/// `/var/lib/chorus` that the unprivileged account can reach: a home below a folder that only root may enter (a clone
/// in /root) is out of its sight. The link is the truth: a home that was deleted begins with an empty cluster, and
/// the old folder stays where it was.
struct DataFolder: Sendable {
    /// Absolute, without links.
    let path: String
    let account: Account
    /// The major version that made it.
    let version: Int

    /// The initialised data folder of a home; nil when there is none yet.
    static func existing(home: String) throws(EmbeddedPostgresError) -> DataFolder? {
        let link = "\(home)/postgres"
        var info = stat()
        guard lstat(link, &info) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .system("The home cannot be read", at: home, advice: "Check who owns it.")
        }
        guard let path = resolved(link) else {
            throw .system(
                "The link to the data does not lead anywhere we can see",
                at: link,
                advice: "Put the data back, or delete the link to begin with an empty cluster."
            )
        }
        let account = try Account.owning(path)
        guard let text = try? String(contentsOfFile: "\(path)/PG_VERSION", encoding: .utf8),
            let version = Int(text.prefix { $0.isNumber })
        else {
            throw EmbeddedPostgresError(
                .folder,
                "This is not the data folder of a PostgreSQL cluster (no readable PG_VERSION)",
                at: path,
                advice: "Move it away to begin with an empty cluster, or put the right data there."
            )
        }
        return DataFolder(path: path, account: account, version: version)
    }

    /// Makes a cluster with the superuser and the database `chorus`. It appears at its place only when complete, so
    /// that a start which was killed leaves nothing behind that the next one would trust.
    static func create(
        home: String,
        settings: EmbeddedPostgres.Settings,
        report: @Sendable (String) -> Void
    ) async throws(EmbeddedPostgresError) -> DataFolder {
        let account = try Account.forNewCluster()
        let installation = try Installation.find()
        let place = try place(for: home, account: account, settings: settings, report: report)
        report("Making a PostgreSQL \(installation.version) cluster in \(place)")

        let draft = "\(place).initializing"
        try? FileManager.default.removeItem(atPath: draft)
        guard mkdir(draft, 0o700) == 0, lchown(draft, account.uid, account.gid) == 0 else {
            throw .system("The data folder cannot be made", at: draft, advice: "Check the owner of the folder above.")
        }
        let initdb = Command(
            installation.path(of: "initdb"),
            [
                "--pgdata=\(draft)", "--username=chorus", "--encoding=UTF8", "--locale=C.UTF-8",
                "--auth-local=trust", "--auth-host=reject",
            ] + (settings.durable ? [] : ["--no-sync"]),
            as: account
        )
        try await succeed(initdb, "initdb failed", at: draft)
        try append(
            "\n# Chorus's own settings; yours may follow.\ninclude_if_exists 'chorus.conf'\n",
            to: "\(draft)/postgresql.conf",
            owner: account
        )

        let single = Command(
            installation.path(of: "postgres"),
            ["--single", "-D", draft, "-c", "exit_on_error=on", "postgres"],
            as: account,
            input: "CREATE DATABASE chorus\n"
        )
        try await succeed(single, "The database `chorus` could not be created", at: draft)

        guard rename(draft, place) == 0 else {
            throw .system("The new data folder cannot be moved to its place", at: place, advice: "Move it away.")
        }
        let link = "\(home)/postgres"
        if place != link, symlink(place, link) != 0 {
            throw .system("The link to the data cannot be made", at: link, advice: "Check the owner of the home.")
        }
        return DataFolder(path: place, account: account, version: installation.version)
    }

    private static func place(
        for home: String,
        account: Account,
        settings: EmbeddedPostgres.Settings,
        report: @Sendable (String) -> Void
    ) throws(EmbeddedPostgresError) -> String {
        guard account != .current else { return "\(home)/postgres" }
        let parent = settings.sharedDataFolder
        try makeFolder(parent, mode: 0o755)
        guard let parent = resolved(parent) else {
            throw .system("The folder for data cannot be read", at: parent, advice: "Check the folders above it.")
        }
        let name = SocketFolder.fingerprint(of: home)
        let names = [name] + (2...99).map { "\(name)-\($0)" }
        let free = names.first { access("\(parent)/\($0)", F_OK) != 0 } ?? "\(name)-100"
        if free != name {
            report("Data of an earlier cluster of this home is kept beside it, \(parent)/\(name)*; it is not used.")
        }
        return "\(parent)/\(free)"
    }

    private static func succeed(
        _ command: Command,
        _ failure: String,
        at path: String
    ) async throws(EmbeddedPostgresError) {
        let result = try await command.run()
        guard result.status != 0 else { return }
        throw EmbeddedPostgresError(
            .initialisation,
            "\(failure) (exit status \(result.status))",
            at: path,
            advice: "Read its words below; often the disk is full or a folder above cannot be entered by the account.",
            output: result.tail()
        )
    }

    /// Appends to a file in a folder that belongs to `owner`, who could have put a link to another's file there.
    static func append(_ text: String, to path: String, owner: Account) throws(EmbeddedPostgresError) {
        let file = open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            throw .system("The configuration cannot be opened", at: path, advice: "It must be a file, and no link.")
        }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_nlink == 1, info.st_uid == owner.uid
        else {
            throw EmbeddedPostgresError(
                .folder,
                "The configuration is not a plain file of user id \(owner.uid)",
                at: path,
                advice: "Somebody else put it there. Find out who, delete it, and start again."
            )
        }
        let bytes = Array(text.utf8)
        guard write(file, bytes, bytes.count) == bytes.count else {
            throw .system("The configuration cannot be written", at: path, advice: "Check the free space.")
        }
    }
}

/// Makes a folder of that mode, whatever the umask, and those above it; leaves one that exists as it is.
func makeFolder(_ path: String, mode: mode_t) throws(EmbeddedPostgresError) {
    guard access(path, F_OK) != 0 else { return }
    do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        chmod(path, mode)
    } catch {
        throw EmbeddedPostgresError(
            .folder,
            "The folder cannot be made: \(error.localizedDescription)",
            at: path,
            advice: "Check who owns the folder above it, or set CHORUS_HOME to another place."
        )
    }
}

/// The absolute path without links; nil (and errno) when it does not exist or cannot be entered.
func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
}

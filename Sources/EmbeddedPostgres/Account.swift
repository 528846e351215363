import Foundation

/// The Unix account that owns a cluster's files and runs its programs.
///
/// PostgreSQL refuses to run as root, so root hands everything to the unprivileged account that the Debian package
/// made; anybody else runs it as themselves.
struct Account: Sendable, Equatable {
    let uid: uid_t
    let gid: gid_t

    /// Who we are.
    static var current: Account { Account(uid: geteuid(), gid: getegid()) }

    /// What comes before a command so that it runs as this account: nothing when that is who we are.
    ///
    /// Surprise: only root can become somebody else; for others the command would fail with setpriv's own words.
    var prefix: [String] {
        guard self != .current else { return [] }
        return ["setpriv", "--reuid=\(uid)", "--regid=\(gid)", "--clear-groups", "--"]
    }

    /// The account for a new cluster: ourselves, or `postgres` when we are root.
    static func forNewCluster() throws(EmbeddedPostgresError) -> Account {
        guard geteuid() == 0 else { return .current }
        guard let entry = getpwnam("postgres") else {
            throw EmbeddedPostgresError(
                .notInstalled,
                "PostgreSQL does not run as root, and there is no account `postgres` to run it as",
                at: "/etc/passwd",
                advice: "Install it: apt-get install postgresql. Or start Chorus as a normal user."
            )
        }
        return Account(uid: entry.pointee.pw_uid, gid: entry.pointee.pw_gid)
    }

    /// The account that owns an existing data folder; throws when we could not act as it.
    static func owning(_ folder: String) throws(EmbeddedPostgresError) -> Account {
        var info = stat()
        guard stat(folder, &info) == 0 else {
            throw .system("The data folder cannot be read", at: folder, advice: "Check the folder and its owner.")
        }
        guard geteuid() == 0 || info.st_uid == geteuid() else {
            throw EmbeddedPostgresError(
                .folder,
                "The data folder belongs to user id \(info.st_uid), and we are \(geteuid())",
                at: folder,
                advice: "Run Chorus as that user (or as root), or set CHORUS_HOME to a folder of your own."
            )
        }
        guard info.st_uid != 0 else {
            throw EmbeddedPostgresError(
                .folder,
                "The data folder belongs to root, and PostgreSQL does not run as root",
                at: folder,
                advice: "Give it to the account that shall run it: chown -R postgres: \(folder)"
            )
        }
        return info.st_uid == geteuid() ? .current : Account(uid: info.st_uid, gid: info.st_gid)
    }
}

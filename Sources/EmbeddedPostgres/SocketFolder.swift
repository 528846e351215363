import Foundation

/// The short, private folder of a cluster's Unix socket.
///
/// A socket's path may have 107 bytes, and a home may be anywhere, so the folder is named by a hash of the data
/// folder's path. Its parent may be writable by all: a folder there that is not ours is refused, since whoever made
/// it could put a socket of their own in it.
enum SocketFolder {
    /// The longest parent that leaves room for our name, PostgreSQL's `/.s.PGSQL.5432.lock` and the final zero.
    private static let longestParent = 107 - "/chorus-4294967295-0123456789abcdef/.s.PGSQL.55555".utf8.count

    /// Makes (or checks) the folder for a cluster and returns its path.
    static func make(
        for dataFolder: String,
        owner: Account,
        parent: String? = nil
    ) throws(EmbeddedPostgresError) -> String {
        let name = "chorus-\(owner.uid)-\(fingerprint(of: dataFolder))"
        let path = "\(parent ?? standardParent())/\(name)"
        guard path.utf8.count + "/.s.PGSQL.55555".utf8.count <= 107 else {
            throw EmbeddedPostgresError(
                .folder,
                "The path is too long for a Unix socket (107 bytes)",
                at: path,
                advice: "Use a shorter one."
            )
        }
        try claim(path, owner: owner)
        return path
    }

    /// Makes `path` a 0700 folder of `owner`'s, or checks that it is one; never follows a link.
    static func claim(_ path: String, owner: Account) throws(EmbeddedPostgresError) {
        if mkdir(path, 0o700) == 0 {
            if owner != .current, lchown(path, owner.uid, owner.gid) != 0 {
                throw .system("The socket folder cannot be given to its account", at: path, advice: "Delete it.")
            }
        } else if errno != EEXIST {
            throw .system("The socket folder cannot be made", at: path, advice: "Check the folder above it.")
        }
        var info = stat()
        guard lstat(path, &info) == 0 else {
            throw .system("The socket folder cannot be read", at: path, advice: "Check the folder above it.")
        }
        // Root makes the folder, then gives it away: killed in between, it is still root's and may be given again.
        if info.st_uid == 0, geteuid() == 0, owner.uid != 0, info.st_mode & S_IFMT == S_IFDIR {
            lchown(path, owner.uid, owner.gid)
            lstat(path, &info)
        }
        guard info.st_mode & S_IFMT == S_IFDIR, info.st_uid == owner.uid, info.st_mode & 0o077 == 0 else {
            throw EmbeddedPostgresError(
                .folder,
                "The socket folder is not a private folder of user id \(owner.uid): "
                    + "owner \(info.st_uid), mode \(String(info.st_mode, radix: 8))",
                at: path,
                advice: "Somebody else made it. Find out who, delete it, and start again."
            )
        }
    }

    /// Folders that only root or only this user can write come first; /tmp is everybody's.
    private static func standardParent() -> String {
        let own = geteuid() == 0 ? "/run" : ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"] ?? ""
        var info = stat()
        let usable =
            own.hasPrefix("/") && own.utf8.count <= longestParent && stat(own, &info) == 0
            && info.st_uid == geteuid() && access(own, W_OK) == 0
        return usable ? own : "/tmp"
    }

    /// FNV-1a over the path's bytes, 64 bits: names a folder, protects nothing (the owner check does).
    static func fingerprint(of path: String) -> String {
        let hash = path.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

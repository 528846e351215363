import Foundation

/// How many files and connections this process may have open.
enum OpenFiles {
    /// What the process needs beside its clients: connections to the database, temporary files, the program itself.
    static let reserve = 256

    /// Raises the soft limit to the hard one.
    ///
    /// - Returns: the soft limit from now on.
    static func raiseLimit() -> Int {
        #if canImport(Glibc)
            let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let kind = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { return 1_024 }
        var raised = limit
        raised.rlim_cur = raised.rlim_max
        if setrlimit(kind, &raised) == 0 { limit = raised }
        return Int(clamping: limit.rlim_cur)
    }

    /// Clients at once under a soft limit.
    static func connections(under limit: Int) -> Int {
        min(4_096, max(16, limit - reserve))
    }
}

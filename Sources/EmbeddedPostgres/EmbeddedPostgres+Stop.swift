import Foundation

extension EmbeddedPostgres {
    /// Ends the cluster: sessions are broken off, everything is written to disk.
    ///
    /// While another process uses the same home's cluster, it is left running for that one. `immediately` ends it in
    /// any case and without a checkpoint (the next start recovers). Does nothing when it no longer runs.
    package func stop(immediately: Bool = false) async throws(EmbeddedPostgresError) {
        let starting = try await FileLock.acquire("\(home)/postgres.start.lock", exclusive: true)
        defer { starting.release() }
        usage?.release()
        if !immediately {
            guard try FileLock.attempt("\(home)/postgres.use.lock", exclusive: true) != nil else { return }
        }
        guard let postmaster = try Postmaster.running(in: dataDirectory) else { return }
        try await Self.end(postmaster.pid, in: dataDirectory, signal: immediately ? SIGQUIT : SIGINT)
        rmdir(socketDirectory)
    }

    static func end(_ pid: pid_t, in dataFolder: String, signal: Int32) async throws(EmbeddedPostgresError) {
        guard try Postmaster.isPostgres(pid) else { return }
        guard kill(pid, signal) == 0 || errno == ESRCH else {
            throw .system("PostgreSQL (process \(pid)) cannot be ended", at: dataFolder, advice: "Run as its account.")
        }
        let deadline = ContinuousClock.now + .seconds(120)
        // By its number alone: in its last moments a process has no folder any more.
        while Postmaster.isAlive(pid) {
            guard ContinuousClock.now < deadline else {
                throw EmbeddedPostgresError(
                    .stop,
                    "PostgreSQL (process \(pid)) did not end within 120 s",
                    at: dataFolder,
                    advice: "It may still be writing its checkpoint: wait, or look into the logs in \(dataFolder)/log."
                )
            }
            try await pause(at: dataFolder)
        }
    }
}

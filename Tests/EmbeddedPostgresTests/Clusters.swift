import EmbeddedPostgres
import Foundation
import TestSupport
import Testing

/// A home of its own for one test, below a folder that only the present user may enter.
func privateHome(_ name: String = UUID().uuidString) throws -> String {
    let parent = "\(try TestPostgres.temporaryFolder())/private-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
        atPath: parent,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
    )
    return "\(parent)/\(name)"
}

/// Starts the cluster of a home, with its files in the test's temporary folder.
func startCluster(
    home: String,
    durable: Bool = false,
    extra: [String: String] = [:]
) async throws -> EmbeddedPostgres {
    var settings = try TestPostgres.clusterSettings(home: home, durable: durable)
    settings.extra.merge(extra) { $1 }
    return try await EmbeddedPostgres.start(settings)
}

/// Waits until `condition` holds, looking every 10 ms; the test's time limit bounds it.
func until(_ condition: () async throws -> Bool) async throws {
    while try await !condition() { try await Task.sleep(for: .milliseconds(10)) }
}

/// The process that a connection to the cluster reaches.
func postmaster(reachedBy cluster: EmbeddedPostgres) async throws -> String {
    let file = try await cluster.psql("SELECT pg_read_file('postmaster.pid')")
    return String(file.prefix { $0.isNumber })
}

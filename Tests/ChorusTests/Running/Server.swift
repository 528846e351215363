import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore

/// A running `chorus serve`.
struct Server: Sendable {
    let process: Running
    let url: String
    let installation: Installation

    /// Starts one and waits until it listens.
    static func start(_ installation: Installation, _ arguments: [String] = []) async throws -> Server {
        let process = try Running(["serve"] + arguments, in: installation)
        try await process.waits(for: "Three things to try")
        return Server(process: process, url: try url(process), installation: installation)
    }

    /// Starts one, runs the body, ends it with SIGTERM.
    static func with(_ installation: Installation, _ body: (Server) async throws -> Void) async throws {
        let server = try await start(installation)
        do {
            try await body(server)
        } catch {
            _ = try? await server.process.end(with: SIGTERM)
            throw error
        }
        try await server.process.end(with: SIGTERM)
    }

    private static func url(_ process: Running) throws -> String {
        guard let line = process.said.output.split(separator: "\n").first, let address = line.split(separator: " ").last
        else { throw CocoaError(.coderReadCorrupt) }
        return String(address)
    }

    /// The key that the first start made.
    var key: String { installation.read("admin.key") ?? "" }

    /// Runs another command against it.
    func command(_ arguments: [String]) async throws -> Binary.Ended {
        try await Binary.run(arguments, in: installation.with("CHORUS_URL", url))
    }

    /// The status of a GET with a key.
    func status(_ path: String, key: String) async throws -> Int {
        var request = HTTPClientRequest(url: url + path)
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        _ = try await response.body.collect(upTo: 1_048_576)
        return Int(response.status.code)
    }
}

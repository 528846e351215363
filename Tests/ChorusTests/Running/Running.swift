import Foundation
import Synchronization

/// A process of `chorus` under way: what it says can be waited for, and its end.
final class Running: Sendable {
    /// One starts at a time: one that started while another's pipes are made would hold them open.
    private static let starting = Mutex(())

    let pid: pid_t
    private let heard = Heard()

    /// Starts it; its environment is ours without what would set Chorus up otherwise.
    ///
    /// - Parameter program: a script instead of `chorus` itself.
    init(_ arguments: [String], in installation: Installation, program: String? = nil) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try program ?? Binary.path())
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment.filter { name, _ in
            !name.hasPrefix("CHORUS_") && !name.hasPrefix("PG") && name != "DATABASE_URL" && name != "TZ"
        }
        environment["CHORUS_HOME"] = installation.home
        environment.merge(installation.environment) { $1 }
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.terminationHandler = { [heard] process in
            let code = process.terminationStatus
            heard.change { $0.status = process.terminationReason == .exit ? code : 128 + code }
        }
        let (output, errors) = try Self.starting.withLock { _ in
            let (output, errors) = (Pipe(), Pipe())
            process.standardOutput = output
            process.standardError = errors
            try process.run()
            return (output.fileHandleForReading, errors.fileHandleForReading)
        }
        pid = process.processIdentifier
        listen(output) { $0.output += $1 }
        listen(errors) { $0.errors += $1 }
    }

    /// What it has said so far.
    var said: (output: String, errors: String) { (heard.state.output, heard.state.errors) }

    /// Waits until it has said something; throws when it ends without.
    func waits(for text: String, onErrors: Bool = false) async throws {
        try await reaches { heard in
            if (onErrors ? heard.errors : heard.output).contains(text) { return () }
            guard heard.openStreams > 0 else {
                throw Silent(expected: text, output: heard.output, errors: heard.errors)
            }
            return nil
        }
    }

    struct Silent: Error {
        let expected: String
        let output: String
        let errors: String
    }

    /// Waits for its end.
    @discardableResult
    func end() async throws -> Binary.Ended {
        try await reaches { heard in
            guard heard.openStreams == 0, let status = heard.status else { return nil }
            return Binary.Ended(status: status, output: heard.output, errors: heard.errors)
        }
    }

    /// Sends a signal and waits for the end.
    @discardableResult
    func end(with signal: Int32) async throws -> Binary.Ended {
        kill(pid, signal)
        return try await end()
    }

    /// Waits for something; the process of a test that was cancelled is killed.
    private func reaches<Value>(_ reached: (Heard.State) throws -> Value?) async throws -> Value {
        do {
            return try await heard.reaches(reached)
        } catch let error as Heard.Cancelled {
            kill(pid, SIGKILL)
            throw error
        }
    }

    private func listen(_ handle: FileHandle, _ take: @escaping @Sendable (inout Heard.State, String) -> Void) {
        Thread.detachNewThread { [heard] in
            while case let piece = handle.availableData, !piece.isEmpty {
                heard.change { take(&$0, String(decoding: piece, as: UTF8.self)) }
            }
            heard.change { $0.openStreams -= 1 }
        }
    }
}

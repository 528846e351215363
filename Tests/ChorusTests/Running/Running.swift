import Foundation
import Synchronization

/// A process of `chorus` under way: what it says can be waited for, and its end.
final class Running: Sendable {
    private struct Heard {
        var output = ""
        var errors = ""
        var openStreams = 2
        var status: Int32?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    let pid: pid_t
    private let heard = Mutex(Heard())

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
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        let ended = Mutex<(@Sendable (Int32) -> Void)?>(nil)
        process.terminationHandler = { process in
            let status =
                process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
            ended.withLock { $0 }?(status)
        }
        let early = Mutex<Int32?>(nil)
        ended.withLock { $0 = { status in early.withLock { $0 = status } } }
        try process.run()
        pid = process.processIdentifier
        listen(output.fileHandleForReading) { $0.output += $1 }
        listen(errors.fileHandleForReading) { $0.errors += $1 }
        ended.withLock { $0 = { [weak self] status in self?.change { $0.status = status } } }
        if let status = early.withLock({ $0 }) { change { $0.status = status } }
    }

    /// What it has said so far.
    var said: (output: String, errors: String) { heard.withLock { ($0.output, $0.errors) } }

    /// Waits until it has said something; throws when it ends without.
    func waits(for text: String, onErrors: Bool = false) async throws {
        while true {
            let state = heard.withLock { ($0.output, $0.errors, $0.openStreams) }
            if (onErrors ? state.1 : state.0).contains(text) { return }
            guard state.2 > 0 else { throw Silent(expected: text, output: state.0, errors: state.1) }
            await nextWord()
        }
    }

    struct Silent: Error {
        let expected: String
        let output: String
        let errors: String
    }

    /// Waits for its end.
    func end() async -> Binary.Ended {
        while true {
            let ended: Binary.Ended? = heard.withLock { heard in
                guard heard.openStreams == 0, let status = heard.status else { return nil }
                return Binary.Ended(status: status, output: heard.output, errors: heard.errors)
            }
            if let ended { return ended }
            await nextWord()
        }
    }

    /// Sends a signal and waits for the end.
    func end(with signal: Int32) async -> Binary.Ended {
        kill(pid, signal)
        return await end()
    }

    private func listen(_ handle: FileHandle, _ take: @escaping @Sendable (inout Heard, String) -> Void) {
        Thread.detachNewThread {
            while case let piece = handle.availableData, !piece.isEmpty {
                self.change { take(&$0, String(decoding: piece, as: UTF8.self)) }
            }
            self.change { $0.openStreams -= 1 }
        }
    }

    private func change(_ body: (inout Heard) -> Void) {
        let waiters = heard.withLock { heard in
            body(&heard)
            defer { heard.waiters = [] }
            return heard.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns after the next change; at once when the process is through.
    private func nextWord() async {
        await withCheckedContinuation { continuation in
            let isThrough = heard.withLock { heard in
                if heard.openStreams == 0, heard.status != nil { return true }
                heard.waiters.append(continuation)
                return false
            }
            if isThrough { continuation.resume() }
        }
    }
}

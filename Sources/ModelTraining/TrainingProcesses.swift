import Foundation
import Synchronization

/// Runs training tasks in child processes, as many at once as there are processors.
///
/// A child reads its task from stdin and writes the result to stdout; words go through pipes only, never through a file
/// or an argument. Each has a random generator of its own, so that the order in which they run changes nothing.
package struct TrainingProcesses: TaskRunning {
    /// The program to run; its process hands stdin to `TrainingWorker.run`.
    let program: String
    let arguments: [String]
    let atOnce: Int

    package init(program: String, arguments: [String], atOnce: Int = ProcessInfo.processInfo.activeProcessorCount) {
        self.program = program
        self.arguments = arguments
        self.atOnce = max(1, atOnce)
    }

    /// What a child gets of the environment: what it needs to be found and loaded, nothing else.
    private static let inherited = ["PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL"]

    func run(_ tasks: [TrainingTask], progress: @escaping @Sendable (_ done: Int) -> Void) async throws -> [[UInt8]] {
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            var results = [[UInt8]](repeating: [], count: tasks.count)
            var (next, done) = (0, 0)
            func start() {
                guard next < tasks.count else { return }
                let place = next
                next += 1
                group.addTask { (place, try await run(tasks[place])) }
            }
            for _ in 0..<atOnce { start() }
            while let (place, bytes) = try await group.next() {
                results[place] = bytes
                done += 1
                progress(done)
                start()
            }
            return results
        }
    }

    private func run(_ task: TrainingTask) async throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.filter { Self.inherited.contains($0.key) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // A thread of its own, because it waits; never one of the cooperative pool.
                Thread.detachNewThread {
                    continuation.resume(with: Result { try Self.finish(process, input: task.bytes) })
                }
            }
        } onCancel: {
            if process.isRunning { process.terminate() }
        }
    }

    /// Runs the process to its end and gives what it wrote.
    private static func finish(_ process: Process, input: [UInt8]) throws -> [UInt8] {
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        do {
            try process.run()
        } catch {
            throw TrainingFailure.brokenProcess("\(process.executableURL?.path ?? "") does not start (\(error))")
        }
        let complaint = Mutex(Data())
        let others = DispatchGroup()
        others.enter()
        Thread.detachNewThread {
            write(input, to: stdin.fileHandleForWriting.fileDescriptor)
            try? stdin.fileHandleForWriting.close()
            others.leave()
        }
        others.enter()
        Thread.detachNewThread {
            let words = (try? stderr.fileHandleForReading.readToEnd()) ?? nil
            complaint.withLock { $0 = words ?? Data() }
            others.leave()
        }
        let output = (try? stdout.fileHandleForReading.readToEnd()) ?? nil
        others.wait()
        process.waitUntilExit()
        let isWhole = process.terminationReason == .exit && process.terminationStatus == 0
        switch output?.first {
        case TrainingWorker.succeeded where isWhole: return [UInt8](output?.dropFirst() ?? Data())
        case TrainingWorker.failed where isWhole:
            throw TrainingFailure.saidByProcess(String(decoding: output?.dropFirst() ?? Data(), as: UTF8.self))
        default:
            let words = String(decoding: complaint.withLock { $0 }, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            throw TrainingFailure.brokenProcess(
                words.isEmpty ? "status \(process.terminationStatus), without a word" : words
            )
        }
    }

    /// Writes all bytes, or as many as the other side takes before it goes away.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        // A child that ends early must not end us: on this thread, which ends soon, the signal waits for ever.
        var broken = sigset_t()
        sigemptyset(&broken)
        sigaddset(&broken, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &broken, nil)
        bytes.withUnsafeBytes { buffer in
            var at = 0
            while at < buffer.count {
                let written = Foundation.write(descriptor, buffer.baseAddress.map { $0 + at }, buffer.count - at)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return }
                at += written
            }
        }
    }
}

/// The other side of `TrainingProcesses`: what the child does with what it reads.
package enum TrainingWorker {
    /// What a child writes: one of these, then the result, or why there is none in UTF-8.
    static let succeeded: UInt8 = 1
    static let failed: UInt8 = 0

    /// The answer to the task in those bytes.
    ///
    /// Call it in a process that does nothing else: liblinear shuffles with a generator that is one for the process.
    package static func run(_ input: [UInt8]) -> [UInt8] {
        do throws(TrainingFailure) {
            guard let task = TrainingTask(bytes: input) else {
                throw .brokenProcess("its input is no training task, or was cut off")
            }
            return [succeeded] + (try task.run())
        } catch {
            return [failed] + Array(error.description.utf8)
        }
    }
}

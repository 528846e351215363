/// The other side of `TrainingProcesses`: what the child does with what it reads.
package enum TrainingWorker {
    /// The result of the task in those bytes.
    ///
    /// Call it in a process that does nothing else: liblinear shuffles with a generator that is one for the process.
    package static func run(_ input: [UInt8]) throws(TrainingFailure) -> [UInt8] {
        guard let task = TrainingTask(bytes: input) else {
            throw .brokenProcess("its input is no training task, or was cut off")
        }
        return try task.run()
    }
}

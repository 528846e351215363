import EventSourcing
import Synchronization

/// The room for commands of one tenant, from their arrival to their answer: bounded by number and by bytes.
///
/// Known without waiting for anybody, so that a command for which there is none is refused at once, however long the
/// database takes over those before it.
final class AppendRoom: Sendable {
    private struct Load {
        var commands = 0
        var bytes = 0
    }

    private let limits: AppendLimits
    private let load = Mutex(Load())

    init(_ limits: AppendLimits) {
        self.limits = limits
    }

    /// - Throws: `StoreFailure.queueFull` when there is no room for these bytes.
    func take(_ bytes: Int) throws(StoreFailure) {
        let isFree = load.withLock { load in
            guard load.commands < limits.waitingCommands else { return false }
            guard load.commands == 0 || load.bytes + bytes <= limits.waitingBytes else { return false }
            load.commands += 1
            load.bytes += bytes
            return true
        }
        if !isFree { throw .queueFull(retryAfter: limits.retryAfter) }
    }

    func giveBack(_ bytes: Int) {
        load.withLock { load in
            load.commands -= 1
            load.bytes -= bytes
        }
    }

    /// Takes nothing.
    ///
    /// - Throws: `StoreFailure.queueFull` when there is no room for the smallest command.
    func requireRoom() throws(StoreFailure) {
        let isFree = load.withLock { $0.commands < limits.waitingCommands && $0.bytes < limits.waitingBytes }
        if !isFree { throw .queueFull(retryAfter: limits.retryAfter) }
    }
}

import CLibpq
import Dispatch
import Glibc
import Synchronization

/// A serial executor that is one thread: what waits in it for a socket holds up nobody else.
///
/// After `stop` the thread ends when its queue is empty. Jobs that arrive later, which only find a closed connection,
/// run one at a time on a dispatch queue: no job is ever lost and none waits for ever.
///
/// Unchecked: `semaphore` is a sem_t, made for use by several threads; it is set up in `init` and destroyed in
/// `deinit`, when neither the thread (which retains this object) nor an enqueuer is left.
final class ConnectionThread: SerialExecutor, @unchecked Sendable {
    private struct State {
        var jobs: [UnownedJob] = []
        var finish: (@Sendable () -> Void)?
        var isStopping = false
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let semaphore: UnsafeMutablePointer<sem_t>
    private let afterEnd = DispatchQueue(label: "postgres.closed-connection")

    /// Starts the thread; throws if the system has none left.
    init(name: String) throws(PostgresError) {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
        guard startThread(named: name, { [self] in run() }) else {
            throw .connectionFailed(reason: "the system cannot start another thread")
        }
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isLate = state.withLock { state in
            if !state.hasEnded {
                state.jobs.append(job)
            }
            return state.hasEnded
        }
        if isLate {
            afterEnd.async { [self] in job.runSynchronously(on: asUnownedSerialExecutor()) }
        } else {
            sem_post(semaphore)
        }
    }

    /// Lets the thread end once its queue is empty; its last act is `finish`. Later calls do nothing.
    func stop(_ finish: @escaping @Sendable () -> Void) {
        let isFirst = state.withLock { state in
            guard !state.isStopping else { return false }
            state.isStopping = true
            state.finish = finish
            return true
        }
        if isFirst {
            sem_post(semaphore)
        }
    }

    private func run() {
        while true {
            while sem_wait(semaphore) != 0 {}
            let (jobs, isLast) = state.withLock { state in
                let isLast = state.jobs.isEmpty && state.isStopping
                // Ended before `finish` runs: what comes after it must not wait for it.
                state.hasEnded = isLast
                defer { state.jobs.removeAll(keepingCapacity: true) }
                return (state.jobs, isLast)
            }
            for job in jobs {
                job.runSynchronously(on: asUnownedSerialExecutor())
            }
            if isLast {
                break
            }
        }
        let finish = state.withLock { state in
            defer { state.finish = nil }
            return state.finish
        }
        finish?()
    }
}

/// Runs `body` on a new detached thread; false if the system refuses to make one.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
    final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    let context = Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    let error = pthread_create(
        &thread,
        nil,
        { context in
            guard let context else { return nil }
            Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            return nil
        },
        context.toOpaque()
    )
    guard error == 0 else {
        context.release()
        return false
    }
    pthread_setname_np(thread, name)
    pthread_detach(thread)
    return true
}

import EventSourcing
import Foundation
import Postgres

/// Group commit for one tenant: commands that wait are decided together, in order, and appended in one statement.
///
/// No timer: the next batch forms while the last one commits, and whoever needs nothing read is decided meanwhile. A bad
/// command never fails its neighbours: rejections stay with their command, a lost race is decided again on the newer
/// history, and an error of the whole statement is bisected down to the command that causes it. What stored nothing and may
/// pass (a lock not had, a server that is away) is tried again for as long as each command's patience lasts.
actor Appender {
    /// Pauses after a failure that may pass: the first one, doubled each time up to the longest.
    private static let pauses = (first: Duration.milliseconds(20), longest: Duration.milliseconds(500))

    /// For commands from their arrival to their answer; whoever calls `execute` has taken some.
    nonisolated let room: AppendRoom
    private let tenant: TenantID
    private let log: LogTables
    private let limits: AppendLimits
    private let clock: CommandClock
    private let committed: @Sendable (Position) -> Void
    private var queue: [Waiting] = []
    private var isRunning = false
    private let people: PersonCache
    /// The next batch, while the one before is under way: who needs nothing read is decided on arrival.
    private var next: BatchPlan
    /// Set when a batch failed in a way that may pass.
    private var isTroubled = false

    init(
        tenant: TenantID,
        log: LogTables,
        limits: AppendLimits,
        clock: CommandClock,
        committed: @escaping @Sendable (Position) -> Void
    ) {
        room = AppendRoom(limits)
        self.tenant = tenant
        self.log = log
        self.limits = limits
        self.clock = clock
        self.committed = committed
        people = PersonCache(newBeforeTrust: limits.newBeforeTrust)
        next = BatchPlan(tenant: tenant, people: people)
    }

    func execute(_ submission: Submission) async throws -> Appended {
        try await withCheckedThrowingContinuation { continuation in
            let waiting = Waiting(submission, deadline: clock.now() + submission.patience, continuation)
            if isRunning, takesAtOnce(waiting) {
                next.decide(waiting)
            } else {
                queue.append(waiting)
            }
            if !isRunning {
                isRunning = true
                // All who wait wait for it: it must not stand in line behind what new requests have to do.
                Task(priority: .high) { await run() }
            }
        }
    }

    /// Whether a command needs nothing read, and the next batch has room for it and for those who do wait.
    private func takesAtOnce(_ waiting: Waiting) -> Bool {
        guard !isTroubled, next.count + queue.count < limits.batchCommands,
            next.bytes + waiting.submission.bytes <= limits.batchBytes / 2
        else { return false }
        people.expire()
        return next.needsNothing(waiting.need)
    }

    private func takeNext() -> BatchPlan {
        defer { next = BatchPlan(tenant: tenant, people: people) }
        return next
    }

    private func run() async {
        var pause = Self.pauses.first
        var queueGoesFirst = false
        while !queue.isEmpty || next.count > 0 {
            let plan = queueGoesFirst ? BatchPlan(tenant: tenant, people: people) : takeNext()
            let decided = plan.waiting
            let count = limits.batch(of: decided + queue.prefix(limits.batchCommands)) { $0.submission.bytes }
            let batch = Array(queue.prefix(max(0, count - decided.count)))
            queue.removeFirst(batch.count)
            let hasLeftSome = !queue.isEmpty
            isTroubled = false
            let again = await attempt(batch, after: plan)
            queue.insert(contentsOf: again, at: 0)
            // Whoever lost, or found no room beside those who needed nothing, is not passed by them again.
            queueGoesFirst = !queueGoesFirst && !queue.isEmpty && (hasLeftSome || !again.isEmpty)
            guard isTroubled else {
                pause = Self.pauses.first
                continue
            }
            queueGoesFirst = false
            queue += takeNext().waiting
            expire()
            guard !queue.isEmpty else { break }
            await clock.pause(pause)
            pause = min(pause * 2, Self.pauses.longest)
        }
        isRunning = false
    }

    /// Answers those whose patience was over before it was their turn: of them nothing was stored for certain.
    private func expire() {
        let now = clock.now()
        queue.removeAll { waiting in
            guard !waiting.wasTried, waiting.deadline <= now else { return false }
            waiting.fail(StoreFailure.queueFull(retryAfter: limits.retryAfter))
            return true
        }
    }

    /// Decides and appends a batch, some of which may be decided; returns the commands that must be decided again.
    private func attempt(_ undecided: [Waiting], after decided: BatchPlan? = nil) async -> [Waiting] {
        var plan = decided ?? BatchPlan(tenant: tenant, people: people)
        let batch = plan.waiting + undecided
        for waiting in batch { waiting.wasTried = true }
        people.expire()
        do {
            try await plan.load(for: undecided.map(\.need), from: log)
        } catch {
            return failed(batch, (error as? PostgresError).map(AppendFailure.init(loading:)) ?? failure(error))
        }
        for waiting in undecided { plan.decide(waiting) }
        guard plan.batch.commands > 0 else { return plan.postponed }
        do {
            return try await append(plan) + plan.postponed
        } catch let error as PostgresError where batch.count > 1 && error.isAboutOneCommand {
            // One of them is to blame: find it, and spare the others. Nobody whom they proposed is stored.
            people.clear()
            let middle = batch.count / 2
            let open = batch.filter { !$0.isAnswered }
            let first = Array(open.prefix(middle))
            let second = Array(open.dropFirst(middle))
            var again: [Waiting] = []
            if !first.isEmpty { again += await attempt(first) }
            if !second.isEmpty { again += await attempt(second) }
            return again
        } catch {
            return failed(plan.planned.map(\.waiting), failure(error)) + plan.postponed
        }
    }

    private func failure(_ error: any Error) -> AppendFailure { AppendFailure(error, tenant: tenant) }

    /// Answers the commands of a failed batch, but for those that are decided again, which it returns.
    private func failed(_ batch: [Waiting], _ failure: AppendFailure) -> [Waiting] {
        people.clear()
        if failure.mayPass || failure.isUnknown { isTroubled = true }
        let now = clock.now()
        return batch.filter { waiting in
            guard !waiting.isAnswered else { return false }
            if failure.isUnknown { waiting.isOutcomeUnknown = true }
            let isSafe = waiting.submission.recognisesItself || !waiting.isOutcomeUnknown
            if isSafe, failure.mayPass || failure.isUnknown, now < waiting.deadline {
                waiting.mustLoad = true
                return true
            }
            waiting.fail(failure.answer)
            return false
        }
    }

    private func append(_ plan: BatchPlan) async throws -> [Waiting] {
        let outcomes = try await log.append(plan.batch, tenant: tenant)
        guard outcomes.count == plan.planned.count else { throw StoreFailure.outcomeUnknown }
        if next.count > 0, outcomes.allSatisfy({ $0.kind == .appended }) {
            // The next batch goes first; what is said to these is made up while that is stored.
            Task(priority: .high) { _ = answer(plan, outcomes) }
            return []
        }
        return answer(plan, outcomes)
    }

    /// Tells each command of a batch what became of it; returns those that must be decided again.
    private func answer(_ plan: BatchPlan, _ outcomes: [AppendOutcome]) -> [Waiting] {
        var again: [Waiting] = []
        var last: Position = 0
        for (planned, outcome) in zip(plan.planned, outcomes) {
            switch outcome.kind {
            case .appended:
                let recorded = planned.recorded(from: outcome)
                last = max(last, recorded.last?.position ?? 0)
                planned.waiting.succeed(
                    Appended(
                        history: plan.history(before: planned, outcomes: outcomes) + recorded,
                        isRepeat: false,
                        commandPosition: outcome.firstPosition
                    )
                )
            case .conflict:
                let waiting = planned.waiting
                if planned.person?.isNew == true { people.noteWrongGuess() }
                // Decided on our guess, that a stream or a person is new, it has lost no race yet.
                let wasGuess = !waiting.mustLoad && waiting.submission.likelyNew
                lose(waiting)
                if wasGuess || clock.now() < waiting.deadline {
                    again.append(waiting)
                } else {
                    waiting.fail(Conflict(stream: waiting.submission.stream, attempts: waiting.losses))
                }
            case .repeated:
                // It is stored: what it came to is read, however late.
                lose(planned.waiting)
                again.append(planned.waiting)
            }
        }
        if last > 0 { committed(last) }
        return again
    }

    private func lose(_ waiting: Waiting) {
        if let person = waiting.submission.person { people.forget(person) }
        waiting.losses += 1
        waiting.mustLoad = true
    }
}

/// A command that waits for its outcome. Only its appender touches it.
final class Waiting {
    let submission: Submission
    let deadline: ContinuousClock.Instant
    /// Races lost.
    var losses = 0
    var wasTried = false
    /// Set once a batch with it ended in a way that nobody knows of. From then on only success is certain.
    var isOutcomeUnknown = false
    /// Set after a lost race: the hint that the stream is new was wrong.
    var mustLoad = false
    private var continuation: CheckedContinuation<Appended, any Error>?

    init(
        _ submission: Submission,
        deadline: ContinuousClock.Instant,
        _ continuation: CheckedContinuation<Appended, any Error>
    ) {
        self.submission = submission
        self.deadline = deadline
        self.continuation = continuation
    }

    var isAnswered: Bool { continuation == nil }

    var need: BatchPlan.Need {
        BatchPlan.Need(submission: submission, loadsStream: mustLoad || !submission.likelyNew)
    }

    func succeed(_ outcome: Appended) {
        continuation?.resume(returning: outcome)
        continuation = nil
    }

    func fail(_ error: any Error) {
        continuation?.resume(throwing: isOutcomeUnknown ? StoreFailure.outcomeUnknown : error)
        continuation = nil
    }
}

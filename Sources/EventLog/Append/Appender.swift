import EventSourcing
import Foundation
import Postgres

/// Group commit for one tenant: commands that wait are decided together, in order, and appended in one statement.
///
/// No timer: the next batch forms while the last one commits. A bad command never fails its neighbours: rejections stay
/// with their command, a lost race is decided again on the newer history, and an error of the whole statement is
/// bisected down to the command that causes it.
actor Appender {
    /// Commands that may wait; one more is refused with `StoreFailure.queueFull`.
    static let capacity = 8192
    /// Commands of one batch.
    static let batchSize = 512

    private let tenant: TenantID
    private let log: LogTables
    private let committed: @Sendable (Position) -> Void
    private var queue: [Waiting] = []
    private var isRunning = false
    private var people = PersonCache()

    init(tenant: TenantID, log: LogTables, committed: @escaping @Sendable (Position) -> Void) {
        self.tenant = tenant
        self.log = log
        self.committed = committed
    }

    func execute(_ submission: Submission) async throws -> Appended {
        guard queue.count < Self.capacity else { throw StoreFailure.queueFull(retryAfter: .seconds(1)) }
        return try await withCheckedThrowingContinuation { continuation in
            queue.append(Waiting(submission, continuation))
            if !isRunning {
                isRunning = true
                Task { await run() }
            }
        }
    }

    private func run() async {
        while !queue.isEmpty {
            let batch = Array(queue.prefix(Self.batchSize))
            queue.removeFirst(batch.count)
            let again = await attempt(batch)
            queue.insert(contentsOf: again, at: 0)
        }
        isRunning = false
    }

    /// Decides and appends a batch; returns the commands that must be decided again.
    private func attempt(_ batch: [Waiting]) async -> [Waiting] {
        do {
            people.expire()
            var plan = BatchPlan(tenant: tenant, people: people)
            do {
                try await plan.load(for: batch.map(\.need), from: log)
            } catch let error as PostgresError {
                throw StoreFailure.unavailable(error.description)
            }
            for waiting in batch { plan.decide(waiting) }
            people = plan.people
            guard plan.batch.commands > 0 else { return plan.postponed }
            return try await append(plan) + plan.postponed
        } catch let error as PostgresError where batch.count > 1 && error.isAboutOneCommand {
            // One of them is to blame: find it, and spare the others.
            let middle = batch.count / 2
            let open = batch.filter { !$0.isAnswered }
            let first = Array(open.prefix(middle))
            let second = Array(open.dropFirst(middle))
            var again: [Waiting] = []
            if !first.isEmpty { again += await attempt(first) }
            if !second.isEmpty { again += await attempt(second) }
            return again
        } catch {
            let isUnknownTenant = (error as? PostgresError)?.sqlState?.rawValue == "CH001"
            let failure = isUnknownTenant ? StoreFailure.unknownTenant(tenant) : StoreFailure(error)
            for waiting in batch where !waiting.isAnswered { waiting.fail(failure) }
            people = PersonCache()
            return []
        }
    }

    private func append(_ plan: BatchPlan) async throws -> [Waiting] {
        let outcomes = try await log.append(plan.batch, tenant: tenant)
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
            case .conflict, .repeated:
                if let person = planned.waiting.submission.person { people.forget(person) }
                planned.waiting.attempts += 1
                planned.waiting.mustLoad = true
                if planned.waiting.attempts >= Conflict.attempts {
                    planned.waiting.fail(Conflict(stream: planned.waiting.submission.stream))
                } else {
                    again.append(planned.waiting)
                }
            }
        }
        if last > 0 { committed(last) }
        return again
    }
}

/// A command that waits for its outcome. Only its appender touches it.
final class Waiting {
    let submission: Submission
    var attempts = 0
    /// Set after a lost race: the hint that the stream is new was wrong.
    var mustLoad = false
    private var continuation: CheckedContinuation<Appended, any Error>?

    init(_ submission: Submission, _ continuation: CheckedContinuation<Appended, any Error>) {
        self.submission = submission
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
        continuation?.resume(throwing: error)
        continuation = nil
    }
}

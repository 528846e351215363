import EventSourcing
import Foundation
import Postgres
import Testing

@testable import EventLog

/// A full queue says so at once, and what it took is stored.
@Suite struct BoundTheQueue {
    private let tenant = TestLog.tenants[0]

    private func store(_ log: TestLog, _ change: (inout AppendLimits) -> Void) -> PostgresEventStore {
        var limits = AppendLimits()
        change(&limits)
        return PostgresEventStore(pool: log.pool, limits: limits, clock: ManualClock().commands)
    }

    private func command(bytes: Int = 1_000) -> Submission {
        Submission(tenant: tenant, stream: Counter.stream(), actor: "test", bytes: bytes) { _ in
            Decision(events: [Counter.event(1)])
        }
    }

    /// Returns once the store has no room.
    private func filled(_ store: PostgresEventStore) async {
        while (try? store.requireRoom(for: tenant)) != nil { await Task.yield() }
    }

    private func isRefused(_ store: PostgresEventStore, _ command: Submission) async -> Bool {
        do {
            _ = try await store.execute(command)
            return false
        } catch StoreFailure.queueFull(let wait) {
            return wait == .seconds(1)
        } catch {
            return false
        }
    }

    @Test func byNumberWhileTheHeadIsHeld() async throws {
        let log = try await TestLog.make()
        let store = store(log) { $0.waitingCommands = 3 }
        try await withThrowingTaskGroup(of: Appended.self) { group in
            try await log.holdingTheHead { [store] in
                for _ in 1...3 { group.addTask { try await store.execute(command()) } }
                await filled(store)
                // Nobody lets the lock go before these are answered.
                for _ in 1...20 { #expect(await isRefused(store, command())) }
            }
            let accepted = try await group.reduce(into: [Position]()) { $0.append($1.position) }
            #expect(accepted.sorted() == [1, 2, 3])
        }
        #expect(try await store.head(of: tenant) == 3)
        try store.requireRoom(for: tenant)
        #expect(try await store.execute(command()).position == 4)
        await log.close()
    }

    @Test func byBytesWhileTheHeadIsHeld() async throws {
        let log = try await TestLog.make()
        let store = store(log) { $0.waitingBytes = 10_000 }
        try await withThrowingTaskGroup(of: Appended.self) { group in
            try await log.holdingTheHead { [store] in
                // More than there is room for, but alone.
                group.addTask { try await store.execute(command(bytes: 50_000)) }
                await filled(store)
                #expect(await isRefused(store, command(bytes: 1)))
            }
            try await group.waitForAll()
        }
        try await withThrowingTaskGroup(of: Appended.self) { group in
            try await log.holdingTheHead { [store] in
                for _ in 1...2 { group.addTask { try await store.execute(command(bytes: 5_000)) } }
                await filled(store)
                #expect(await isRefused(store, command(bytes: 1)))
            }
            try await group.waitForAll()
        }
        #expect(try await store.head(of: tenant) == 3)
        await log.close()
    }

    @Test func anotherTenantHasAQueueOfItsOwn() async throws {
        let log = try await TestLog.make()
        let store = store(log) { $0.waitingCommands = 1 }
        try await withThrowingTaskGroup(of: Appended.self) { group in
            try await log.holdingTheHead { [store] () async throws in
                group.addTask { try await store.execute(command()) }
                await filled(store)
                let other = Submission(tenant: TestLog.tenants[1], stream: Counter.stream(), actor: "test") { _ in
                    Decision(events: [Counter.event(1)])
                }
                #expect(try await store.execute(other).position == 1)
            }
            try await group.waitForAll()
        }
        await log.close()
    }

    @Test func batchesHoldNoMoreThanTheirBytes() async throws {
        let log = try await TestLog.make()
        let store = store(log) { $0.batchBytes = 2_000 }
        try await withThrowingTaskGroup(of: Appended.self) { group in
            try await log.holdingTheHead { [store] in
                for _ in 1...9 { group.addTask { try await store.execute(command()) } }
                try await log.anAppendWaits()
            }
            try await group.waitForAll()
        }
        let batches = try await log.operators.query("SELECT b.commands FROM log.batches AS b").map {
            try $0.decode(0, as: Int32.self)
        }
        #expect(batches.reduce(0, +) == 9 && batches.allSatisfy { $0 <= 2 })
        await log.close()
    }

    @Test func aBatchTakesAtLeastOneCommand() {
        var limits = AppendLimits()
        limits.batchCommands = 3
        limits.batchBytes = 10
        let examples: [([Int], Int)] = [
            ([], 0), ([99], 1), ([99, 1], 1), ([4, 4, 4], 2), ([5, 5, 1], 2), ([1, 1, 1, 1], 3), ([1, 99], 1),
        ]
        for (queue, count) in examples { #expect(limits.batch(of: queue) { $0 } == count, "\(queue)") }
    }

    /// Repeats need nothing read before they are refused and decided again: they must not pass who needs something read.
    @Test(.timeLimit(.minutes(1))) func whoNeedsSomethingReadIsNotPassedForEver() async throws {
        let log = try await TestLog.make()
        var limits = AppendLimits()
        limits.batchCommands = 8
        let store = PostgresEventStore(pool: log.pool, limits: limits)
        let repeats = (0..<64).map { _ in
            Submission(tenant: tenant, stream: Counter.stream(), likelyNew: true, actor: "test") { known in
                Decision(events: known.history.isEmpty ? [Counter.event(1)] : [])
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for submission in repeats {
                group.addTask {
                    while !Task.isCancelled { _ = try await store.execute(submission) }
                }
            }
            let stream = Counter.stream()
            for _ in 1...20 { _ = try await store.execute(Counter.increment(stream)) }
            group.cancelAll()
            try await group.waitForAll()
        }
        await log.close()
    }
}

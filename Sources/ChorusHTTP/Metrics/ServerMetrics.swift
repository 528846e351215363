import EventLog
import EventSourcing
import Foundation
import Postgres
import Synchronization

/// What `/metrics` says: where projections stand, from the database, and what this process did since it started.
///
/// The first are the same on every node; the second, the counters, are each node's own.
package final class ServerMetrics: Sendable {
    private let pool: PostgresPool
    private let journal: ProjectionJournal
    private let appends: AppendCounts
    /// Of this program's projectors, by name.
    private let versions: [String: Int]
    /// Codes of tenants, as they were seen last.
    private let codes = Mutex<[TenantID: String]>([:])

    package init(pool: PostgresPool, journal: ProjectionJournal, appends: AppendCounts, versions: [String: Int]) {
        self.pool = pool
        self.journal = journal
        self.appends = appends
        self.versions = versions
    }

    /// Answers without the database too: then only what this process counted.
    package func text() async -> String {
        var up = PrometheusText.Family("chorus_database_up", .gauge, "Whether the database answers: 1 or 0.")
        var families: [PrometheusText.Family] = []
        do {
            let statuses = try await ProjectionStatus.read(from: pool)
            for status in statuses { codes.withLock { $0[status.place.tenant] = status.tenant } }
            up.add(1)
            families = ProjectionMetrics(statuses, versions: versions).families
        } catch {
            up.add(0)
        }
        return PrometheusText([up] + families + projected + appended).text
    }

    private func code(_ tenant: TenantID) -> String { codes.withLock { $0[tenant] } ?? "\(tenant)" }

    private var projected: [PrometheusText.Family] {
        var events = PrometheusText.Family(
            "chorus_projection_events_total",
            .counter,
            "Events that this process has passed, folded or not."
        )
        var batches = PrometheusText.Family(
            "chorus_projection_batches_total",
            .counter,
            "Batches that this process has written."
        )
        var failures = PrometheusText.Family(
            "chorus_projection_failures_total",
            .counter,
            "Batches that this process could not write."
        )
        var fenced = PrometheusText.Family(
            "chorus_projection_fenced_total",
            .counter,
            "Batches that this process gave up because another one was first."
        )
        var lastEvents = PrometheusText.Family(
            "chorus_projection_last_batch_events",
            .gauge,
            "Events of the last batch of this process."
        )
        var lastSeconds = PrometheusText.Family(
            "chorus_projection_last_batch_seconds",
            .gauge,
            "Time of the last batch of this process; projectors at the same position share it."
        )
        let counts = journal.counts.sorted { ($0.key.tenant, $0.key.projector) < ($1.key.tenant, $1.key.projector) }
        for (key, count) in counts {
            let labels: KeyValuePairs = ["projector": key.projector, "tenant": code(key.tenant)]
            events.add(count.events, labels)
            batches.add(count.batches, labels)
            failures.add(count.failures, labels)
            fenced.add(count.fenced, labels)
            lastEvents.add(count.lastEvents, labels)
            lastSeconds.add(count.lastSeconds, labels)
        }
        return [events, batches, failures, fenced, lastEvents, lastSeconds]
    }

    private var appended: [PrometheusText.Family] {
        var batches = PrometheusText.Family(
            "chorus_append_batches_total",
            .counter,
            "Append statements of this process that were answered."
        )
        var commands = PrometheusText.Family(
            "chorus_append_commands_total",
            .counter,
            "Commands in them: appended, conflict (decided again), repeat (stored before)."
        )
        var failures = PrometheusText.Family(
            "chorus_append_failures_total",
            .counter,
            "Append statements of this process that failed or whose outcome is unknown."
        )
        var seconds = PrometheusText.Family(
            "chorus_append_seconds_total",
            .counter,
            "Time that append statements of this process took, all together."
        )
        for (tenant, count) in appends.counts.sorted(by: { $0.key < $1.key }) {
            let code = code(tenant)
            batches.add(count.batches, ["tenant": code])
            commands.add(count.appended, ["outcome": "appended", "tenant": code])
            commands.add(count.conflicts, ["outcome": "conflict", "tenant": code])
            commands.add(count.repeats, ["outcome": "repeat", "tenant": code])
            failures.add(count.failures, ["tenant": code])
            seconds.add(count.seconds, ["tenant": code])
        }
        return [batches, commands, failures, seconds]
    }
}

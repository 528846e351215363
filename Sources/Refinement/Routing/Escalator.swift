import Demands
import EventLog
import EventSourcing
import Foundation
import Logging
import Postgres
import ServiceLifecycle

/// Shows demands whose answer is overdue to whoever stands above those that are responsible: each of them once.
package final class Escalator: Service {
    private let store: any EventStore
    private let tenants: TenantDirectory
    private let routing: RoutingTables
    private let reads: PostgresPool
    private let now: @Sendable () -> Timestamp
    private let interval: Duration
    private let logger: Logger

    /// Of one tenant, in one round.
    private static let maximum: Int64 = 1_000

    /// - Parameter interval: how often it looks.
    package init(
        store: any EventStore,
        tenants: TenantDirectory,
        routing: RoutingTables,
        reads: PostgresPool,
        now: @escaping @Sendable () -> Timestamp,
        interval: Duration = .seconds(30),
        logger: Logger
    ) {
        self.store = store
        self.tenants = tenants
        self.routing = routing
        self.reads = reads
        self.now = now
        self.interval = interval
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: self.interval)
                if Task.isCancelled { break }
                do {
                    for tenant in try await self.tenants.all() { await self.escalateLoudly(tenant.id) }
                } catch {
                    if Task.isCancelled { break }
                    self.logger.error("the tenants cannot be read", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// One tenant's trouble keeps no other tenant's demands down.
    private func escalateLoudly(_ tenant: TenantID) async {
        do {
            _ = try await escalate(tenant)
        } catch {
            if Task.isCancelled { return }
            logger.error(
                "overdue demands could not be escalated",
                metadata: ["tenant": "\(tenant.rawValue)", "error": "\(error)"]
            )
        }
    }

    /// Escalates what is overdue now.
    ///
    /// Two nodes may do so at once: a demand's stream tells the second one that it was done.
    /// - Returns: how many demands were escalated.
    package func escalate(_ tenant: TenantID) async throws -> Int {
        let tree = try await routing.organizations(of: tenant)
        let below = tree.codesWithParent
        guard !below.isEmpty else { return 0 }
        let now = now()
        let actor = "system:escalator"
        var escalated = 0
        for id in try await overdue(tenant, of: below, at: now) {
            // Of feedback or of a response: the id says where it lies, the stream itself what it is.
            let named = StreamID(type: Message.streamType, id: id.message)
            guard let stream = try await store.history(of: named, tenant: tenant).first?.stream else { continue }
            let appended = try await store.execute(
                Submission(
                    tenant: tenant,
                    stream: stream,
                    actor: actor,
                    bytes: 256,
                    recognisesItself: true
                ) { known in
                    let state = try Message.state(after: known.history)
                    let received = known.history.first?.recordedAt ?? now
                    let command = HandleDemand(
                        id,
                        .escalate(because: .overdue, tree),
                        actor: actor,
                        now: now,
                        receivedAt: received
                    )
                    return Decision(events: try Message.decide(.handle(command), state).map(\.encoded))
                }
            )
            if !appended.isRepeat { escalated += 1 }
        }
        return escalated
    }

    private func overdue(
        _ tenant: TenantID,
        of organizations: [String],
        at now: Timestamp
    ) async throws -> [DemandID] {
        let time = PostgresTimestamp(microsecondsSince1970: now.microsecondsSince1970)
        return try await reads.withTransaction(isolation: .repeatableRead, readOnly: true) { connection in
            guard try await Generations.enterLive("handling", tenant: tenant, on: connection) != nil else { return [] }
            return try await connection.query(
                """
                SELECT d.message_id, d.demand
                FROM demands AS d
                WHERE d.tenant_id = \(tenant.rawValue)
                    AND d.phase = 'open'
                    AND NOT d.withdrawn
                    AND d.due_at < \(time)
                    AND d.escalated_to = ''
                    AND d.responsible = ANY (\(organizations))
                ORDER BY d.due_at, d.message_id, d.demand
                LIMIT \(Self.maximum)
                """
            ).map { row in
                let (message, number) = try row.decode((UUID, Int16).self)
                return DemandID(message: message, number: number)
            }
        }
    }
}

import Demands
import EventLog
import EventSourcing
import Synchronization

/// Tenants that have published routing rules have a process that follows them.
package final class RoutingProcesses: ProcessSource {
    package let name = "routing"

    private let tables: RoutingTables
    private let made = Mutex<[TenantID: RoutingProcess]>([:])

    package init(tables: RoutingTables) {
        self.tables = tables
    }

    package func processes(of tenant: TenantID) async throws -> [any LogProcess] {
        tables.refresh(tenant)
        guard let table = try await tables.table(of: tenant) else { return [] }
        if let known = made.withLock({ $0[tenant] }), known.version == table.version {
            known.follow(table)
            return [known]
        }
        // Other rules read the log from its beginning: whatever nobody has taken up goes where they say.
        let process = RoutingProcess(table, tenant: tenant)
        made.withLock { $0[tenant] = process }
        return [process]
    }
}

/// The process by which a tenant's rules say who is responsible: when a demand comes in, and whenever what rules go by changes.
final class RoutingProcess: LogProcess {
    let name = "route"
    let version: Int

    private let tenant: TenantID
    private let table: Mutex<RoutingTable>

    init(_ table: RoutingTable, tenant: TenantID) {
        version = table.version
        self.table = Mutex(table)
        self.tenant = tenant
    }

    /// Goes by the registries as they are now.
    func follow(_ table: RoutingTable) { self.table.withLock { $0 = table } }

    private static let types: Set<String> = [
        MessageEvent.Name.demandOpened, MessageEvent.Name.demandCategorised, MessageEvent.Name.demandKindSet,
        MessageEvent.Name.demandGroupsSet, MessageEvent.Name.demandPlaceSet, MessageEvent.Name.amended,
        HandlingEvent.Name.againstSet, HandlingEvent.Name.urgencySet,
    ]

    /// One command a message, whatever happened to it in the stretch.
    func commands(for events: [RecordedEvent]) async throws -> [ProcessCommand] {
        var streams: [StreamID] = []
        var last: [StreamID: Position] = [:]
        for event in events where Self.types.contains(event.type) {
            if last.updateValue(event.position, forKey: event.stream) == nil { streams.append(event.stream) }
        }
        let table = table.withLock { $0 }
        return streams.map { stream in
            ProcessCommand(position: last[stream] ?? 0, submission: Self.route(stream, table, tenant))
        }
    }

    private static func route(_ stream: StreamID, _ table: RoutingTable, _ tenant: TenantID) -> Submission {
        let actor = "system:router"
        return Submission(tenant: tenant, stream: stream, actor: actor, bytes: 256, recognisesItself: true) { known in
            let state = try Message.state(after: known.history)
            let received = known.history.first?.recordedAt ?? Timestamp(microsecondsSince1970: 0)
            var events: [NewEvent] = []
            for number in state.demands.indices.map({ Int16($0 + 1) }) {
                let command = HandleDemand(
                    DemandID(message: stream.id, number: number),
                    .route(table),
                    actor: actor,
                    now: received,
                    receivedAt: received
                )
                events += try Message.decide(.handle(command), state).map(\.encoded)
            }
            return Decision(events: events)
        }
    }
}

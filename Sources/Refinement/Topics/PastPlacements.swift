import Demands
import EventLog
import EventSourcing
import Postgres
import Topics

/// What was recorded of a tenant's demands when a finder placed them, by their positions.
struct PastPlacements: Sendable {
    private var byDemand: [Position: PastPlacement] = [:]

    /// Nothing was recorded.
    init() {}

    /// All that the method said, as the log has it at present. An event that cannot be read is left out: its projector
    /// parks it.
    init(of tenant: TenantID, method: String, reads: PostgresPool) async throws {
        var links: [Position: PastPlacement] = [:]
        // A join may lie before the link of the demand that showed it: both are stored at once.
        var joins: [Position: [PastPlacement.Join]] = [:]
        let types: Set = [MessageEvent.Name.demandLinked, TopicOperation.Change.Name.joined]
        try await EventsOfTypes(types, of: tenant, pool: reads).forEach { event in
            if event.type == MessageEvent.Name.demandLinked {
                guard case .demandLinked(let link)? = try? MessageEvent(decoding: event), link.method == method else {
                    return
                }
                links[link.position] = PastPlacement(topic: Self.founder(link.topic), sameWordingAs: link.sameWordingAs)
            } else if case .operation(let operation)? = try? TopicBookEvent(decoding: event),
                case .joined(.founded(let from), .founded(let into), let demand, method, _) = operation.change
            {
                joins[demand, default: []].append(PastPlacement.Join(from: from, into: into))
            }
        }
        for (demand, joins) in joins { links[demand]?.joins = joins }
        byDemand = links
    }

    subscript(_ demand: Position) -> PastPlacement? { byDemand[demand] }

    /// Keeps what is after that position only.
    mutating func forget(upTo position: Position) {
        byDemand = byDemand.filter { $0.key > position }
    }

    private static func founder(_ topic: String?) -> Position? {
        guard case .founded(let position)? = topic.flatMap(TopicID.init) else { return nil }
        return position
    }
}

import Demands
import EventLog
import EventSourcing
import JSONText

/// The process that says what a new version of the taxonomy makes of each demand's category.
///
/// Every version that changes categories reads the log from its beginning, and goes on behind it: a collector, a reviewer
/// or a model may name a category that has just been changed. What is said of a demand depends on its stream, so that
/// reading twice, or two versions one after the other, changes nothing. It keeps nothing between stretches.
struct TaxonomyFollowing: LogProcess {
    let name = "taxonomy"
    let version: Int

    private let tenant: TenantID
    private let known: CategoryHistories.Known
    private let worded: WordedDemands

    init(tenant: TenantID, known: CategoryHistories.Known, worded: WordedDemands) {
        self.tenant = tenant
        self.known = known
        self.worded = worded
        version = known.codes.lastChanging
    }

    func commands(for events: [RecordedEvent]) async throws -> [ProcessCommand] {
        var changed: [(demand: DemandPlace, position: Position)] = []
        var split: [DemandPlace] = []
        var seen: Set<DemandPlace> = []
        for event in events where event.type == MessageEvent.Name.demandCategorised {
            // What cannot be read is parked by the projectors.
            guard case .demandCategorised(let set)? = try? MessageEvent(decoding: event) else { continue }
            var meetsSplit = false
            let destination = known.codes.destination(of: set.category, saidAt: event.position) { _, _ in
                meetsSplit = true
                return nil
            }
            let demand = DemandPlace(stream: event.stream, number: set.demand)
            guard destination != nil, seen.insert(demand).inserted else { continue }
            changed.append((demand, event.position))
            if meetsSplit { split.append(demand) }
        }
        let words = try await worded.words(of: split)
        return changed.map { demand, position in
            let lines = words[demand].map { words in known.splitters.mapValues { $0.line(words) } } ?? [:]
            return command(demand, position, lines)
        }
    }

    /// - Parameter lines: by version, the categories that the demand's words tell, the deepest first.
    private func command(_ demand: DemandPlace, _ position: Position, _ lines: [Int: [String]]) -> ProcessCommand {
        ProcessCommand(
            position: position,
            submission: Submission(
                tenant: tenant,
                stream: demand.stream,
                actor: "system:taxonomy",
                bytes: 256,
                recognisesItself: true
            ) { [codes = known.codes] known in
                guard let said = try Self.said(of: demand.number, in: known.history) else { return .nothing }
                let destination = codes.destination(of: said.category, saidAt: said.position) { split, version in
                    lines[version]?.first { code in split.to.contains { ExactText.same($0, code) } }
                }
                guard let destination else { return .nothing }
                let word = CarryCategory(demand: demand.number, from: said.category, destination: destination)
                return Decision(
                    events: try Message.decide(.carry(word), Message.state(after: known.history)).map(\.encoded)
                )
            }
        )
    }

    /// The category that the demand has, and where that was said.
    private static func said(
        of demand: Int16,
        in history: [RecordedEvent]
    ) throws(UndecodableEvent) -> (category: String, position: Position)? {
        for event in history.reversed() where event.type == MessageEvent.Name.demandCategorised {
            if case .demandCategorised(let set) = try MessageEvent(decoding: event), set.demand == demand {
                return (set.category, event.position)
            }
        }
        return nil
    }
}

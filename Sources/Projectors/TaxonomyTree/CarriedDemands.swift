import Demands
import EventSourcing
import Foundation
import Postgres

/// Columns of `changes.sql`: what versions say, one row a category that was there before.
struct ChangeColumns: Sendable {
    private var version: [Int32] = []
    private var former: [String] = []
    private var kind: [String] = []
    private var targets: [String] = []

    mutating func append(_ taxonomy: TaxonomyPublished) {
        for change in taxonomy.changes {
            var to = change.to.isEmpty ? [unclassifiedCategory] : change.to
            if let undecided = change.undecided, !to.contains(undecided) { to.append(undecided) }
            for code in change.from {
                version.append(Int32(clamping: taxonomy.version))
                former.append(code)
                kind.append(change.kind.rawValue)
                targets.append(to.joinedForSQL)
            }
        }
    }

    var isEmpty: Bool { version.isEmpty }

    var binds: [any PostgresEncodable] { [version, former, kind, targets] }
}

/// Columns of `carried.sql`: demands whose category a version changed, as they are at the end of a batch.
struct CarriedDemands: Sendable {
    private var keys: [DemandKey] = []
    /// Nil: something else was said of it, or it counts no longer.
    private var said: [DemandCategorised?] = []
    private var position: [Int64] = []
    private var places: [DemandKey: Int] = [:]
    private var withdrawn: [UUID] = []

    var isEmpty: Bool { keys.isEmpty && withdrawn.isEmpty }

    mutating func fold(_ event: MessageEvent, _ recorded: RecordedEvent) {
        let message = recorded.stream.id
        switch event {
        case .demandCategorised(let set):
            put(DemandKey(message: message, demand: set.demand), set.carried == nil ? nil : set, recorded.position)
        case .demandRejoined(let set):
            put(DemandKey(message: message, demand: set.demand), nil, recorded.position)
        case .withdrawn: withdrawn.append(message)
        default: return
        }
    }

    private mutating func put(_ key: DemandKey, _ set: DemandCategorised?, _ position: Position) {
        if let place = places[key] {
            said[place] = set
            self.position[place] = position
        } else {
            places[key] = keys.count
            keys.append(key)
            said.append(set)
            self.position.append(position)
        }
    }

    var binds: [any PostgresEncodable] {
        [
            keys.map(\.message), keys.map(\.demand), position,
            said.map { $0.map { Int32(clamping: $0.methodVersion ?? 0) } }, said.map { $0?.carried?.category },
            said.map { $0?.category }, said.map { $0?.carried?.method.rawValue },
            said.map { $0?.carried?.isUndecided }, withdrawn,
        ]
    }
}

import Demands
import EventSourcing
import Foundation
import Postgres

/// What a batch of events changes about what is said of demands.
package struct ClassificationDelta: Sendable {
    var models = ModelColumns()
    var received = SpeakerColumns()
    /// Messages of earlier batches, as their last amendment here leaves them.
    var amended = SpeakerColumns()
    /// In the order of the log.
    var withdrawn: [UUID] = []
    var rejoined = RejoinedColumns()
    var words = SaidOfDemands()
    /// Models that said something.
    var judges: Set<Int32> = []
    /// In order; a live batch has one at most, its last event.
    var releases: [Release] = []
    /// The messages that any of this is about, and those of them that came in here.
    private var about: Set<UUID> = []
    private var new: [UUID] = []

    var touched: TouchedMessages { TouchedMessages(about, new: new) }

    mutating func fold(_ event: MessageEvent, _ message: UUID) {
        switch event {
        case .received, .responded:
            guard let coordinates = event.coordinates else { return }
            received.append(coordinates, message)
            new.append(message)
        case .amended(let amended): amend(amended.content.coordinates, message)
        case .demandOpened(let opened):
            guard let kind = opened.kind else { return }
            say(Said(message, opened.demand, .kind, .given), kind.rawValue)
        case .demandCategorised(let event):
            let value = event.category == unclassifiedCategory ? "" : event.category
            if let carried = event.carried {
                // The same word under another code, or none any more.
                let said = Said(message, event.demand, .category, carried.method, carried.methodVersion)
                words.put(said, carried.isUndecided || value.isEmpty ? nil : value)
            } else {
                say(Said(message, event.demand, .category, event.method, event.methodVersion), value)
            }
        case .demandKindSet(let event):
            say(Said(message, event.demand, .kind, event.method, event.methodVersion), event.kind?.rawValue ?? "")
        case .demandJudged(let event):
            switch event.value {
            case .category(let category):
                let value = category == unclassifiedCategory ? "" : category
                say(Said(message, event.demand, .category, .model, event.model), value)
            case .kind(let kind):
                say(Said(message, event.demand, .kind, .model, event.model), kind?.rawValue ?? "")
            }
        case .demandRejoined(let event):
            words.drop(message, event.demand)
            rejoined.append(message, event.demand)
        case .withdrawn:
            words.drop(message)
            received.remove(message)
            amended.remove(message)
            withdrawn.append(message)
        case .demandGroupsSet, .demandPlaceSet, .demandNarrowed, .demandLinked, .handled, .added, .forgotten: return
        }
        about.insert(message)
    }

    private mutating func amend(_ coordinates: MessageCoordinates, _ message: UUID) {
        if received.replace(message, by: coordinates) || amended.replace(message, by: coordinates) { return }
        amended.append(coordinates, message)
    }

    /// - Parameter value: empty when it names none.
    private mutating func say(_ said: Said, _ value: String) {
        switch said.method {
        case .given:
            // The collector names none any more: that is no word on what it is.
            words.put(said, value.isEmpty ? nil : value)
        case .keywords:
            // Only an amendment puts them in the place of what was given, when its sender names none any more.
            words.put(Said(said.message, said.demand, said.target, .given), nil)
            words.put(said, value)
        case .reviewer: words.put(said, value)
        case .model:
            // Without its number: an amendment took back what some model said of other words. It says it anew.
            guard said.version > 0 else { return }
            words.put(said, value)
            judges.insert(said.version)
        case .taxonomy: return
        }
    }
}

/// Who said something of which demand.
struct Said: Hashable, Sendable {
    let message: UUID
    let demand: Int16
    let target: ModelTarget
    let method: ClassificationMethod
    /// The model's number; 0 for all else.
    let version: Int32

    init(
        _ message: UUID,
        _ demand: Int16,
        _ target: ModelTarget,
        _ method: ClassificationMethod,
        _ version: Int? = nil
    ) {
        self.message = message
        self.demand = demand
        self.target = target
        self.method = method
        self.version = method == .model ? Int32(clamping: version ?? 0) : 0
    }
}

/// Columns of `words.sql`: the last word of each source, in the order of their first ones.
struct SaidOfDemands: Sendable {
    private struct Word: Sendable {
        let said: Said
        /// Nil: it was taken back.
        var value: String?
        /// Its demand counts no longer.
        var isDropped = false
    }

    private var all: [Word] = []
    private var places: [Said: Int] = [:]
    private var ofMessage: [UUID: [Int]] = [:]

    var isEmpty: Bool { all.allSatisfy(\.isDropped) }

    mutating func put(_ said: Said, _ value: String?) {
        if let place = places[said] {
            all[place].value = value
        } else {
            places[said] = all.count
            ofMessage[said.message, default: []].append(all.count)
            all.append(Word(said: said, value: value))
        }
    }

    /// - Parameter demand: nil: all of the message.
    mutating func drop(_ message: UUID, _ demand: Int16? = nil) {
        for place in ofMessage[message] ?? [] where demand == nil || all[place].said.demand == demand {
            all[place].isDropped = true
            places[all[place].said] = nil
        }
    }

    var binds: [any PostgresEncodable] {
        let words = all.filter { !$0.isDropped }
        return [
            words.map(\.said.message), words.map(\.said.demand), words.map(\.said.target.rawValue),
            words.map(\.said.method.rawValue), words.map(\.said.version), words.map(\.value),
        ]
    }
}

/// Columns of messages: whose they are, and who spoke.
struct SpeakerColumns: Sendable {
    private(set) var message: [UUID] = []
    private var organization: [String] = []
    private var person: [UUID?] = []
    private var places: [UUID: Int] = [:]

    mutating func append(_ coordinates: MessageCoordinates, _ message: UUID) {
        places[message] = self.message.count
        self.message.append(message)
        organization.append(coordinates.organization ?? "")
        person.append(coordinates.person)
    }

    /// - Returns: false when it is not among these.
    mutating func replace(_ message: UUID, by coordinates: MessageCoordinates) -> Bool {
        guard let place = places[message] else { return false }
        organization[place] = coordinates.organization ?? ""
        person[place] = coordinates.person
        return true
    }

    /// Withdrawals are few.
    mutating func remove(_ message: UUID) {
        guard let place = places.removeValue(forKey: message) else { return }
        self.message.remove(at: place)
        organization.remove(at: place)
        person.remove(at: place)
        for (index, other) in self.message.enumerated().dropFirst(place) { places[other] = index }
    }

    var binds: [any PostgresEncodable] { [message, organization, person] }
}

/// Columns of demands that are one with another again.
struct RejoinedColumns: Sendable {
    private(set) var message: [UUID] = []
    private var demand: [Int16] = []

    mutating func append(_ message: UUID, _ demand: Int16) {
        self.message.append(message)
        self.demand.append(demand)
    }

    var binds: [any PostgresEncodable] { [message, demand] }
}

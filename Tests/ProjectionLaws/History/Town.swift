import Demands
import EventLog
import EventSourcing
import Foundation
import Surveys
import TestSupport
import Topics

/// One tenant while its log is made: what its streams have come to, and what may happen next.
struct Town {
    /// A message as its decider knows it.
    struct Spoken {
        let stream: StreamID
        var state: Message.State
        let receivedAt: Timestamp
    }

    /// A survey as its decider knows it.
    struct Asked {
        let stream: StreamID
        var state: Survey.State
    }

    static let originalChannels = ["web", "forum"]
    static let k = 3

    var random: SeededRandom
    let isFirst: Bool
    private(set) var events: [RecordedEvent] = []
    private var versions: [StreamID: Version] = [:]
    private var now: Int64

    var time: Timestamp { Timestamp(microsecondsSince1970: now) }

    var messages: [Spoken] = []
    var surveys: [Asked] = []
    var places = Places.initialState
    var groups = Groups.initialState
    var organizations = Organizations.initialState
    var channels = Channels.initialState
    var taxonomy = Taxonomy.initialState
    var categories = CategoryHistory()
    var releases = Releases.initialState
    var book = TopicBook.initialState
    /// Demands that were opened, by position, and whether a finder has placed them.
    var openings: [(position: Position, message: StreamID, demand: Int16)] = []
    var models = Models.initialState
    var routing = Routing.initialState
    var briefs: [Worded] = []

    init(seed: UInt64, isFirst: Bool) {
        random = SeededRandom(seed: seed)
        self.isFirst = isFirst
        now = (Timestamp(rfc3339: "2020-01-01T00:00:00Z") ?? Timestamp(microsecondsSince1970: 0)).microsecondsSince1970
    }

    /// Tries one command; one that is refused leaves no trace.
    mutating func step() {
        // Commands of one append call have one time.
        if !random.chance(20) { now += Int64.random(in: 1...30_000_000_000, using: &random) }
        switch Int.random(in: 0..<130, using: &random) {
        case 0..<24: receive()
        case 24..<32: respond()
        case 32..<38: amend()
        case 38..<46: correct()
        case 46..<48: followTheTaxonomy()
        case 48..<50: workOnBriefs()
        case 50..<55: divide()
        case 55..<60: classify()
        case 60..<63: withdraw()
        case 63..<64: add()
        case 64..<66: forget()
        case 66..<69: gather()
        case 69..<74: registerPlace()
        case 74..<79: registerGroup()
        case 79..<82: recognise()
        case 82..<84: merge()
        case 84..<86: registerOrganization()
        case 86..<88: changeChannels()
        case 88..<90: publishTaxonomy()
        case 90..<92: runASurvey()
        case 92..<93: reviewTopics()
        case 93: support()
        case 94..<97: release()
        case 97: useModels()
        case 98: registerMany()
        case 99..<102: publishRouting()
        case 102..<123: handle()
        case 123..<125: mask()
        case 125..<129: registerOrganization()
        default: spoil()
        }
    }

    /// Puts events behind those that are there.
    mutating func append(_ new: [NewEvent], to stream: StreamID, by actor: String = "key_laws") {
        for event in new {
            let version = versions[stream, default: 0] + 1
            versions[stream] = version
            note(event, at: Position(events.count + 1), in: stream)
            events.append(
                RecordedEvent(
                    position: Position(events.count + 1),
                    stream: stream,
                    version: version,
                    type: event.type,
                    schemaVersion: event.schemaVersion,
                    body: event.body,
                    actor: actor,
                    recordedAt: time
                )
            )
        }
    }

    /// Decides a command and appends what comes of it; nothing when it is refused.
    mutating func run<D: Decider>(_: D.Type, _ command: D.Command, _ state: inout D.State, _ stream: StreamID) {
        guard let decided = try? D.decide(command, state) else { return }
        for event in decided { D.evolve(&state, event) }
        append(decided.map(\.encoded), to: stream)
    }

    mutating func release() {
        var state = releases
        let command = Releases.Command(
            reason: random.chance(50) ? .manual : .automatic,
            after: state.last,
            peopleSinceLast: 99,
            k: Self.k
        )
        run(Releases.self, command, &state, .only(Releases.streamType))
        releases = state
    }

    // What is drawn

    mutating func id() -> UUID {
        var bytes: [UInt8] = []
        for _ in 0..<2 { bytes.appendNumber(random.next()) }
        return UUID(hash: bytes)
    }

    mutating func one<Element>(of elements: [Element]) -> Element? { elements.randomElement(using: &random) }

    mutating func word() -> String { one(of: Words.names) ?? "" }

    mutating func day() -> Timestamp? {
        guard !random.chance(15) else { return nil }
        let day = Int64.random(in: 0..<40, using: &random)
        let hour = Int64.random(in: 0..<24, using: &random)
        return Timestamp(microsecondsSince1970: 1_577_836_800_000_000 + (day * 24 + hour) * 3_600_000_000)
    }
}

import EventSourcing
import Foundation
import TestSupport

/// What a seed makes: commands, how often each is sent, to which node, and what is sent at the same time.
struct ModelPlan: Sendable {
    /// One sending of a command.
    struct Sending: Sendable {
        let command: ModelCommand
        let node: Int
    }

    let seed: UInt64
    let nodes: Int
    /// Tasks that send one unit after the other.
    let workers: Int
    let streams: [StreamID]
    let people: [PersonReference]
    let commands: [ModelCommand]
    /// What is in one unit is sent at once.
    let units: [[Sending]]

    /// - Parameters:
    ///   - breaksBatches: also commands that PostgreSQL refuses; the store in memory takes any bytes.
    ///   - nodes: nil: as the seed says, 1 to 3.
    init(seed: UInt64, breaksBatches: Bool, nodes: Int? = nil, workers: Int? = nil) {
        var random = SeededRandom(seed: seed)
        self.seed = seed
        self.nodes = nodes ?? Int.random(in: 1...3, using: &random)
        self.workers = workers ?? [1, 2, 4, 8, 16, 32, 48].randomElement(using: &random) ?? 8
        let nodeCount = self.nodes
        streams = (0..<Int.random(in: 4...60, using: &random)).map { index in
            StreamID(type: index % 3 == 0 ? "survey" : "feedback", id: random.uuid())
        }
        // Two of them look alike and differ in their bytes.
        people = ["ann", "bo", "\u{E9}", "e\u{301}", "陈"].flatMap { reference in
            ["forum", "hotline"].map { PersonReference(source: $0, reference: reference) }
        }
        var commands: [ModelCommand] = []
        for serial in 0..<Int.random(in: 200...450, using: &random) {
            commands.append(
                Self.command(serial, streams, people, breaksBatches: breaksBatches, using: &random)
            )
        }
        var units: [[Sending]] = []
        for command in commands {
            let sending = { (random: inout SeededRandom) in
                Sending(command: command, node: Int.random(in: 0..<nodeCount, using: &random))
            }
            // Doubled at once, and retried later.
            let atOnce = random.chance(15) ? Int.random(in: 2...4, using: &random) : 1
            units.append((0..<atOnce).map { _ in sending(&random) })
            while random.chance(20) { units.append([sending(&random)]) }
        }
        // A retry comes a little later, and near neighbours change places.
        for index in units.indices {
            units.swapAt(index, min(units.count - 1, index + Int.random(in: 0...12, using: &random)))
        }
        self.commands = commands
        self.units = units
    }

    private static func command(
        _ serial: Int,
        _ streams: [StreamID],
        _ people: [PersonReference],
        breaksBatches: Bool,
        using random: inout SeededRandom
    ) -> ModelCommand {
        let wish: ModelCommand.Wish =
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<30: .add(Int.random(in: 1...4, using: &random), limit: random.chance(30) ? 6 : 1_000)
            case 30..<60: .open(content: UInt8.random(in: 0...2, using: &random))
            case 60..<73: .say
            case 73..<80: .forget
            case 80..<90: .forgetPerson
            case 90..<95: .nothing
            default: breaksBatches ? .breakTheBatch : .nothing
            }
        // A few streams are hot.
        let place = random.chance(50) ? min(2, streams.count - 1) : streams.count - 1
        let stream = streams[Int.random(in: 0...place, using: &random)]
        var reads: [StreamID] = []
        if random.chance(35) {
            for read in streams.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
            where read != stream {
                reads.append(read)
            }
        }
        let opens = if case .open = wish { true } else { false }
        return ModelCommand(
            serial: serial,
            wish: wish,
            stream: stream,
            reads: reads,
            gate: random.chance(30) ? Int.random(in: 0...8, using: &random) : 1_000,
            person: opens || random.chance(50) ? people.randomElement(using: &random) : nil,
            commandID: !opens && random.chance(60) ? random.uuid() : nil,
            likelyNew: random.chance(opens ? 80 : 10),
            actor: ["key:a", "key:b", "system:model"].randomElement(using: &random) ?? "key:a",
            schemaVersion: Int16.random(in: 1...3, using: &random)
        )
    }
}

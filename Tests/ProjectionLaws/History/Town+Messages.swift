import Demands
import EventLog
import EventSourcing
import Foundation
import JSONText

/// What people and reviewers do.
extension Town {
    mutating func receive() {
        let stream = StreamID(type: Message.streamType, id: id())
        var state = Message.initialState
        let command = feedback(passage: 1, onChange: .refuse)
        run(Message.self, .receive(command), &state, stream)
        if state.isReceived { messages.append(Spoken(stream: stream, state: state, receivedAt: time)) }
    }

    mutating func amend() {
        change { town, message in
            guard message.stream.type == Message.streamType else { return }
            let command = town.feedback(passage: message.state.lastPassage + 1, onChange: .amend)
            town.run(Message.self, .receive(command), &message.state, message.stream)
        }
    }

    mutating func correct() {
        change { town, message in
            let demand = Int16.random(in: 1...Int16(max(1, message.state.demands.count)), using: &town.random)
            let command: Message.Command
            switch Int.random(in: 0..<4, using: &town.random) {
            case 0:
                let method: ClassificationMethod = town.random.chance(70) ? .reviewer : .keywords
                command = .categorise(
                    demand: demand,
                    category: town.one(of: Words.categories) ?? "roads",
                    method: method
                )
            case 1: command = .setKind(demand: demand, town.kind())
            case 2: command = .setPlace(demand: demand, town.random.chance(20) ? nil : town.word())
            default: command = .setGroups(demand: demand, town.links())
            }
            town.run(Message.self, command, &message.state, message.stream)
        }
    }

    /// A reviewer divides a demand, or takes a division back.
    mutating func divide() {
        change { town, message in
            let demand = Int16.random(in: 1...Int16(max(1, message.state.demands.count)), using: &town.random)
            let divided = message.state.demands.compactMap { $0.isRejoined ? nil : $0.dividedFrom }
            if let parent = divided.first, town.random.chance(60) {
                town.run(Message.self, .rejoin(demand: parent), &message.state, message.stream)
                return
            }
            let parts = (0..<Int.random(in: 2...4, using: &town.random)).map { index in
                DivideDemand.Part(
                    spans: [Span(from: index * 5, to: index * 5 + 4)].compactMap { $0 },
                    category: town.random.chance(50) ? town.one(of: Words.categories) : nil,
                    kind: town.random.chance(30) ? town.kind() : nil
                )
            }
            let division = DivideDemand(demand: demand, parts: parts, passage: 1, length: 20)
            town.run(Message.self, .divide(division), &message.state, message.stream)
        }
    }

    /// A model says what it finds.
    mutating func classify() {
        change { town, message in
            guard !message.state.demands.isEmpty else { return }
            let demand = Int16.random(in: 1...Int16(message.state.demands.count), using: &town.random)
            let classification = ClassifyDemand(
                demand: demand,
                value: town.random.chance(60)
                    ? .category(town.one(of: Words.categories) ?? unclassifiedCategory) : .kind(town.kind()),
                model: Int.random(in: 1...3, using: &town.random),
                confidence: Confidence(Double.random(in: 0...1, using: &town.random))
            )
            let command: Message.Command = town.random.chance(70) ? .classify(classification) : .judge(classification)
            town.run(Message.self, command, &message.state, message.stream)
        }
    }

    mutating func withdraw() {
        change { town, message in
            let by = town.random.chance(50) ? "person" : "collector"
            town.run(Message.self, .withdraw(by: by), &message.state, message.stream)
        }
    }

    mutating func add() {
        change { town, message in
            let link = PassageLink(number: message.state.lastPassage + 1, commitment: "00")
            town.run(Message.self, .add(AdditionReceived(text: link)), &message.state, message.stream)
        }
    }

    mutating func forget() {
        change { town, message in
            guard town.random.chance(50), let person = message.state.coordinates?.person else {
                town.run(Message.self, .forget(scope: "message"), &message.state, message.stream)
                return
            }
            town.run(Message.self, .forget(scope: "person"), &message.state, message.stream)
            var state = Person.initialState
            let stream = StreamID(type: Person.streamType, id: person)
            town.run(Person.self, Person.Forget(messages: 1), &state, stream)
        }
    }

    /// An event that no version reads: its stream is parked from here on.
    mutating func spoil() {
        guard random.chance(40), let message = one(of: messages) else { return }
        let body = JSONWriter.object { $0.field("demand", 1) }
        let type = random.chance(50) ? MessageEvent.Name.demandCategorised : MessageEvent.Name.amended
        append([NewEvent(type: type, schemaVersion: random.chance(50) ? 1 : 99, body: body)], to: message.stream)
    }

    private mutating func change(_ body: (inout Town, inout Spoken) -> Void) {
        guard let index = messages.indices.randomElement(using: &random) else { return }
        var message = messages[index]
        body(&self, &message)
        messages[index] = message
    }

    private mutating func feedback(passage: Int16, onChange: OnChange) -> ReceiveFeedback {
        let category = random.chance(75) ? one(of: Words.categories) : nil
        let hasSubject = random.chance(30)
        let against = random.chance(15) ? one(of: organizations.entries.map(\.code)) : nil
        var coordinates = coordinates()
        // As the door does it: nothing is addressed to those whom it speaks against.
        if let against, let addressed = coordinates.organization,
            OrganizationTree(organizations).isWithin(addressed, against)
        {
            coordinates.organization = nil
        }
        return ReceiveFeedback(
            received: FeedbackReceived(
                coordinates: coordinates,
                text: PassageLink(number: passage, commitment: "00"),
                subject: hasSubject ? PassageLink(number: passage + 1, commitment: "01") : nil
            ),
            kind: kind(),
            category: category.map { code in
                random.chance(60)
                    ? GivenCategory(code: code)
                    : GivenCategory(code: code, method: .keywords, methodVersion: taxonomy.current?.version ?? 1)
            },
            allowedChannels: channels.open(original: Self.originalChannels),
            repeatsStoredRequest: false,
            onChange: onChange,
            against: against,
            isUrgent: random.chance(10)
        )
    }

    mutating func coordinates() -> MessageCoordinates {
        let isIdentified = random.chance(80)
        let number = UInt8.random(in: 1...14, using: &random)
        return MessageCoordinates(
            channel: one(of: channels.open(original: Self.originalChannels)) ?? "web",
            source: one(of: ["desk", "line", nil]) ?? nil,
            occurredAt: day(),
            organization: random.chance(40) ? one(of: Words.organizationCodes) : nil,
            place: random.chance(60) ? word() : nil,
            groups: links(),
            language: one(of: ["zh", "en", nil]) ?? nil,
            reportedSupport: random.chance(30) ? Int.random(in: 0...20, using: &random) : 0,
            person: isIdentified ? UUID(hash: [UInt8](repeating: number, count: 16)) : nil
        )
    }

    mutating func kind() -> DemandKind? { random.chance(25) ? nil : one(of: DemandKind.allCases) }

    mutating func links() -> [GroupLink] {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
            GroupLink(
                name: word(),
                ties: Tie.allCases.filter { _ in random.chance(40) },
                assertedBy: one(of: ["self", "collector", "survey"]) ?? "self"
            )
        }
    }
}

import Demands
import EventSourcing
import Testing

/// Which of what reviewers do shows a report's words to those who may not read reports.
@Suite struct OpenReports {
    private static func state(_ kinds: [DemandKind?], further: [MessageEvent] = []) -> Message.State {
        var events: [MessageEvent] = [
            .received(
                FeedbackReceived(
                    coordinates: MessageCoordinates(channel: "web"),
                    text: PassageLink(number: 1, commitment: "ab")
                )
            )
        ]
        for (index, kind) in kinds.enumerated() {
            events.append(
                .demandOpened(
                    DemandOpened(demand: Int16(index + 1), kind: kind, dividedFrom: index == 0 ? nil : 1)
                )
            )
        }
        return Message.state(after: events + further)
    }

    private static func opens(_ command: Message.Command, _ state: Message.State) throws -> Bool {
        Message.opensReport(try Message.decide(command, state), state)
    }

    private static func divide(_ kinds: [DemandKind?]) throws -> Message.Command {
        let parts = try kinds.enumerated().map { index, kind in
            DivideDemand.Part(spans: [try #require(Span(from: index, to: index + 1))], kind: kind)
        }
        return .divide(DivideDemand(demand: 1, parts: parts, passage: 1, length: 9))
    }

    @Test func sayingThatItIsNoneDoes() throws {
        let report = Self.state([.report])
        #expect(try Self.opens(.setKind(demand: 1, .complaint), report))
        #expect(try Self.opens(.setKind(demand: 1, nil), report))
        #expect(try !Self.opens(.setKind(demand: 1, .report), report))
        #expect(try !Self.opens(.setKind(demand: 1, .report), Self.state([.complaint])))
        #expect(try !Self.opens(.categorise(demand: 1, category: "roads", method: .reviewer), report))
    }

    @Test func aPartThatIsNoneDoes() throws {
        let report = Self.state([.report])
        #expect(try Self.opens(Self.divide([nil, .complaint]), report))
        #expect(try Self.opens(Self.divide([.complaint, nil]), report))
        #expect(try !Self.opens(Self.divide([nil, nil]), report))
        #expect(try !Self.opens(Self.divide([nil, .report]), Self.state([.complaint])))
    }

    @Test func aReportThatIsPartOfAnotherDemandAgainDoes() throws {
        #expect(try Self.opens(.rejoin(demand: 1), Self.state([.complaint, .report])))
        #expect(try !Self.opens(.rejoin(demand: 1), Self.state([.report, .report])))
        #expect(try !Self.opens(.rejoin(demand: 1), Self.state([.report, .complaint])))
    }
}

import Demands
import EventSourcing
import Foundation
import Projectors
import Testing

/// The laws of projections, on random histories: the seed of each run is printed.
@Suite struct RebuildEqualsLive {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var mixed = state
            mixed ^= mixed >> 33
            mixed = mixed &* 0xFF51_AFD7_ED55_8CCD
            return mixed ^ (mixed >> 33)
        }
    }

    /// A message as the test remembers it: the expected counts come from here alone.
    private struct Remembered {
        let stream: StreamID
        var category: String
        var person: String?
        var day: Int
        var place = ""
        var channel = "web"
        var isWithdrawn = false
        var isReviewed = false
    }

    @Test(arguments: [1, 7, 4000])
    func onRandomHistories(_ batchSize: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("RebuildEqualsLive seed \(seed)")
        var random = Generator(state: seed)
        let board = try await TestBoard.make()
        var messages: [Remembered] = []
        var releases = 0
        for step in 0..<150 {
            switch Int.random(in: 0..<12, using: &random) {
            case 0...5:
                let person = Int.random(in: 0..<25, using: &random)
                let message = Remembered(
                    stream: TestBoard.message(),
                    category: ["roads", "schools", "parks"].randomElement(using: &random) ?? "roads",
                    person: person < 20 ? "p\(person)" : nil,
                    day: Int.random(in: 1...9, using: &random)
                )
                try await board.receive(
                    message.stream,
                    category: message.category,
                    person: message.person,
                    at: "2020-03-0\(message.day)T12:00:00+08:00"
                )
                messages.append(message)
            case 6, 7:
                guard let index = messages.indices.randomElement(using: &random), !messages[index].isWithdrawn
                else { continue }
                messages[index].category = ["roads", "schools", "parks"].randomElement(using: &random) ?? "roads"
                messages[index].isReviewed = true
                try await board.execute(
                    .categorise(demand: 1, category: messages[index].category, method: .reviewer),
                    messages[index].stream
                )
            case 8:
                guard let index = messages.indices.randomElement(using: &random), !messages[index].isWithdrawn
                else { continue }
                messages[index].isWithdrawn = true
                try await board.execute(.withdraw(by: "person"), messages[index].stream)
            case 9, 10:
                guard let index = messages.indices.randomElement(using: &random), !messages[index].isWithdrawn
                else { continue }
                let said = ["roads", "schools", "parks"].randomElement(using: &random) ?? "roads"
                let person = Int.random(in: 0..<25, using: &random)
                messages[index].person = person < 20 ? "p\(person)" : nil
                messages[index].day = Int.random(in: 1...9, using: &random)
                messages[index].place = ["", "North"].randomElement(using: &random) ?? ""
                messages[index].channel = ["web", "forum"].randomElement(using: &random) ?? "web"
                if !messages[index].isReviewed { messages[index].category = said }
                try await board.amend(
                    messages[index].stream,
                    category: said,
                    person: messages[index].person,
                    at: "2020-03-0\(messages[index].day)T12:00:00+08:00",
                    channel: messages[index].channel,
                    place: messages[index].place.isEmpty ? nil : messages[index].place,
                    groups: Bool.random(using: &random) ? [GroupLink(name: "Drivers", ties: [.place])] : [],
                    support: Int.random(in: 0...3, using: &random)
                )
            default:
                try await board.project(batchSize: batchSize)
                if step > 20, let release = try? await board.release() { releases = release }
            }
        }
        try await board.project(batchSize: batchSize)

        var expected: [[String?]] = []
        let present = messages.filter { !$0.isWithdrawn }
        for category in ["parks", "roads", "schools"] {
            for day in 1...9 {
                for (place, channel) in [("", "forum"), ("", "web"), ("North", "forum"), ("North", "web")] {
                    let cell = present.filter {
                        $0.category == category && $0.day == day && $0.place == place && $0.channel == channel
                    }
                    if cell.isEmpty { continue }
                    let people = Set(cell.compactMap(\.person)).count
                    let unidentified = cell.filter { $0.person == nil }.count
                    expected.append([
                        category, "2020-03-0\(day)", place, channel, "\(cell.count)", "\(people)", "\(unidentified)",
                    ])
                }
            }
        }
        let rows = try await board.rows(
            """
            SELECT
                category_code, day, COALESCE(place, ''), channel_code, demands, people, messages_unidentified
            FROM review.demand_board
            ORDER BY category_code, day, COALESCE(place, ''), channel_code
            """
        )
        #expect(rows == expected)
        for outcome in try await board.rebuild() {
            #expect(outcome.differences == [:], "seed \(seed), \(releases) releases")
        }
        let again = try await board.rows(
            """
            SELECT
                category_code, day, COALESCE(place, ''), channel_code, demands, people, messages_unidentified
            FROM review.demand_board
            ORDER BY category_code, day, COALESCE(place, ''), channel_code
            """
        )
        #expect(again == expected)
        await board.close()
    }

    /// The control: a row changed by hand is found by the comparison.
    @Test func theComparisonFindsAChangedRow() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads", person: "a")
        try await board.project()
        try await board.operators.execute("UPDATE gen_1.cells SET demands = 2 WHERE grain = 'day'")
        let outcomes = try await board.rebuild()
        for outcome in outcomes {
            #expect(outcome.differences == (outcome.projector == "demand_board" ? ["cells": 2] : [:]))
        }
        await board.close()
    }

    @Test func clearsAwayWhatADeadRebuildLeft() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads", person: "a")
        try await board.project()
        try await board.operators.execute(
            "INSERT INTO projections.generations (projector, projector_version) VALUES ('demand_board', 1)"
        )
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:]) }
        let states = try await board.operators.query("SELECT state FROM projections.generations").map {
            try $0.decode(0, as: String.self)
        }
        #expect(states == AllProjectors.make().map { _ in "live" })
        await board.close()
    }
}

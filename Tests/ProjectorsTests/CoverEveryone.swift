import Demands
import EventSourcing
import Foundation
import Testing

/// Whom we hear and whom we do not.
@Suite struct CoverEveryone {
    private func groups(_ names: String...) -> [GroupLink] { names.map { GroupLink(name: $0, ties: [.affinity]) } }

    @Test(arguments: [1, 2, 4000])
    func everyRegisteredNameIsThereAndSilentOnesAreNamedWithZero(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        try await board.registerPlace("north", ["en": "North"], parent: "land", size: 8)
        try await board.registerPlace("south", ["en": "South"])
        try await board.registerGroup("riders", ["en": "Riders"], size: 100)
        try await board.registerGroup("old-riders", ["en": "Old riders"])
        try await board.merge("old-riders", into: "riders")
        try await board.changeChannel("ChannelAdded", "kiosk", ["en": "Kiosk"])
        try await board.receive(
            TestBoard.message(),
            person: "a",
            place: "north",
            groups: groups("OLD RIDERS", "Riders")
        )
        try await board.receive(
            TestBoard.message(),
            person: "a",
            at: "2020-02-03T08:00:00+08:00",
            place: "North ",
            groups: groups("Knitters")
        )
        try await board.respond(TestBoard.response(), place: "North")
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(
                """
                SELECT dimension, code, name, is_registered, parent_code, size, messages, people, messages_unidentified,
                    share_of_size, last_heard_on
                FROM review.coverage ORDER BY dimension, name COLLATE "C"
                """
            ) == [
                ["channel", "kiosk", "Kiosk", "true", nil, nil, "0", "0", "0", nil, nil],
                ["channel", "forum", "forum", "true", nil, nil, "0", "0", "0", nil, nil],
                ["channel", "web", "web", "true", nil, nil, "3", "1", "1", nil, "2020-02-03"],
                ["group", nil, "Knitters", "false", nil, nil, "1", "1", "0", nil, "2020-02-03"],
                ["group", "riders", "Riders", "true", nil, "100", "1", "1", "0", "0.010000", "2020-01-02"],
                ["place", "north", "North", "true", "land", "8", "3", "1", "1", "0.125000", "2020-02-03"],
                ["place", "south", "South", "true", nil, nil, "0", "0", "0", nil, nil],
            ]
        )
        #expect(
            try await board.rows("SELECT DISTINCT dimension, name FROM review.coverage", tenant: "two").count == 2
        )
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:]) }
        await board.close()
    }

    @Test(arguments: [1, 2, 4000])
    func aMessageIsHeardWhereItsDemandsStandNow(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let moved = TestBoard.message()
        let withdrawn = TestBoard.message()
        try await board.receive(moved, person: "a", place: "North", groups: groups("Riders"))
        try await board.receive(withdrawn, person: "a", at: "2020-03-01T08:00:00+08:00", place: "South")
        try await board.execute(.setPlace(demand: 1, "South"), moved)
        try await board.execute(.setGroups(demand: 1, groups("Nurses")), moved)
        try await board.execute(.withdraw(by: "person"), withdrawn)
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(
                """
                SELECT name, messages, people, last_heard_on FROM review.coverage
                WHERE dimension <> 'channel' ORDER BY name
                """
            ) == [["Nurses", "1", "1", "2020-01-02"], ["South", "1", "1", "2020-01-02"]]
        )
        await board.close()
    }

    @Test func aReleaseNamesTheSilentAndWithholdsTheFew() async throws {
        let board = try await TestBoard.make()
        for (code, size) in [("north", 10), ("south", 20), ("east", 30)] {
            try await board.registerPlace(code, ["en": code], size: size)
        }
        for (index, person) in ["a", "b", "c", "d"].enumerated() {
            try await board.receive(
                TestBoard.message(),
                person: person,
                at: "2020-0\(index + 1)-02T08:00:00+08:00",
                place: "north"
            )
        }
        for person in ["a", "b"] { try await board.receive(TestBoard.message(), person: person, place: "south") }
        for person in ["a", "b", "c"] { try await board.receive(TestBoard.message(), person: person, place: "West") }
        try await board.receive(TestBoard.message(), person: "d", place: "the house of d")
        try await board.project()
        _ = try await board.release()
        let query = """
            SELECT name, code, is_withheld, messages, people, share_of_size, last_heard_month, release
            FROM aggregates.coverage WHERE dimension = 'place' ORDER BY name COLLATE "C"
            """
        #expect(
            try await board.rows(query, as: "analyst") == [
                ["West", nil, "false", "3", "3", nil, "2020-01-01", "1"],
                ["east", "east", "false", "0", "0", "0.000000", nil, "1"],
                ["north", "north", "false", "4", "4", "0.400000", nil, "1"],
                ["south", "south", "true", nil, nil, nil, nil, "1"],
            ]
        )
        // One more person in the north changes nothing that is shown there; the first one in the east withholds it.
        let first = TestBoard.message()
        try await board.receive(TestBoard.message(), person: "e", at: "2020-09-02T08:00:00+08:00", place: "north")
        try await board.receive(first, person: "f", place: "east")
        try await board.receive(TestBoard.message(), person: "g", place: "South")
        try await board.receive(TestBoard.message(), person: "h")
        try await board.project()
        _ = try await board.release()
        let second = try await board.rows(query, as: "analyst")
        #expect(
            second.first { $0[0] == "north" } == ["north", "north", "false", "4", "4", "0.400000", nil, "2"]
        )
        #expect(second.first { $0[0] == "east" } == ["east", "east", "true", nil, nil, nil, nil, "2"])
        // That person withdraws: the name does not fall silent again.
        try await board.execute(.withdraw(by: "person"), first)
        for person in ["i", "j", "k"] { try await board.receive(TestBoard.message(), person: person) }
        try await board.project()
        _ = try await board.release()
        let third = try await board.rows(query, as: "analyst")
        #expect(third.first { $0[0] == "east" } == ["east", "east", "true", nil, nil, nil, nil, "3"])
        for rows in [second, third] {
            for row in rows where row[4] != nil && row[4] != "0" {
                #expect(row[4].flatMap(Int.init).map { $0 >= 3 } == true)
            }
        }
        #expect(try await board.rows(query, as: "analyst", tenant: "two") == [])
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:]) }
        await board.close()
    }

    @Test func aRetiredChannelStaysWithWhatItBrought() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), person: "a", channel: "forum")
        try await board.changeChannel("ChannelRetired", "forum")
        try await board.project()
        #expect(
            try await board.rows("SELECT code, messages, is_retired FROM review.coverage ORDER BY code")
                == [["forum", "1", "true"], ["web", "0", "false"]]
        )
        await board.close()
    }
}

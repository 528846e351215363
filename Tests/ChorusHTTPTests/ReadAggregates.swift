import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// What analysts read over HTTP.
@Suite struct ReadAggregates {
    private func send(_ caller: TestCaller, months: ClosedRange<Int>, category: String = "nightingale-roads")
        async throws
    {
        for month in months {
            for person in ["a", "b", "c"] {
                _ = try await caller.feedback(
                    #"{"text":"warbler","category":"\#(category)","source":"s","externalId":"\#(category)\#(month)\#(person)","personRef":"finch-\#(person)","occurredAt":"2026-0\#(month)-10T00:00:00Z"}"#
                )
            }
        }
    }

    @Test func listsTheViewsWithTheirMeaning() async throws {
        try await TestServer.make().run { caller in
            let answer = try await caller.send(.get, "/v1/aggregates", as: .analyst)
            let views = answer.json["views"]?.array ?? []
            let names = views.compactMap { $0["name"]?.string }
            #expect(
                names == [
                    "coverage", "demand_board", "demand_board_by_group", "demand_board_day", "demand_board_week",
                    "participation",
                ]
            )
            for view in views { #expect(view["comment"]?.string?.hasPrefix("Counts of those who spoke") == true) }
        }
    }

    @Test func pagesOfOneReleaseSumToAllDemands() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let before = try await caller.send(.get, "/v1/aggregates/demand_board", as: .analyst)
            #expect(before.status == 200 && before.json["release"]?.isNull == true)
            #expect(before.json["rows"]?.array?.isEmpty == true)
            try await send(caller, months: 1...5)
            try await server.project()
            try await server.release(1)
            var uri: String? = "/v1/aggregates/demand_board?limit=2"
            var demands = 0
            var pages = 0
            while let address = uri {
                let answer = try await caller.send(.get, address, as: .analyst)
                #expect(answer.status == 200 && answer.json["release"]?.int == 1, "\(answer.text)")
                let columns = answer.json["columns"]?.array?.compactMap(\.string) ?? []
                let column = try #require(columns.firstIndex(of: "demands"))
                for row in answer.json["rows"]?.array ?? [] { demands += row[column]?.int ?? 0 }
                pages += 1
                uri = answer.headers[.link].map { String($0.dropFirst().prefix { $0 != ">" }) }
            }
            #expect(demands == 15 && pages == 3)
        }
    }

    @Test func aWalkThatANewReleaseOvertakesBeginsAgain() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            try await send(caller, months: 1...3)
            try await server.project()
            try await server.release(1)
            let page = try await caller.send(.get, "/v1/aggregates/demand_board?limit=1", as: .analyst)
            let link = try #require(page.headers[.link]).dropFirst().prefix { $0 != ">" }
            try await send(caller, months: 4...5)
            try await server.project()
            try await server.release(2)
            let moved = try await caller.send(.get, String(link), as: .analyst)
            #expect(moved.status == 409 && moved.code == "release-moved")
        }
    }

    @Test func analystReadsNoWording() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            try await send(caller, months: 1...2)
            try await server.project()
            try await server.release(1)
            let list = try await caller.send(.get, "/v1/aggregates", as: .analyst)
            for path in list.json["views"]?.array?.compactMap({ $0["path"]?.string }) ?? [] {
                let answer = try await caller.send(.get, path, as: .analyst)
                #expect(answer.status == 200, "\(answer.text)")
                for word in ["warbler", "finch"] { #expect(!answer.text.contains(word)) }
            }
            // The control: the board was read, its category is there.
            let board = try await caller.send(.get, "/v1/aggregates/demand_board", as: .analyst)
            #expect(board.text.contains("nightingale-roads"))
            #expect(try await caller.send(.get, "/v1/demands", as: .analyst).status == 403)
        }
    }

    @Test func tenantsSeeTheirOwnOnly() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            try await send(caller, months: 1...2)
            try await server.project()
            try await server.release(1)
            let foreign = try await caller.send(.get, "/v1/aggregates/demand_board", as: .foreignAnalyst)
            #expect(foreign.status == 200 && foreign.json["rows"]?.array?.isEmpty == true)
        }
    }

    @Test func unknownViewsAreNotFound() async throws {
        try await TestServer.make().run { caller in
            for name in ["nothing", "demand_board%22", "demand_board;", "events", "pg_class", "Demand_Board"] {
                let answer = try await caller.send(.get, "/v1/aggregates/\(name)", as: .analyst)
                #expect(answer.status == 404, Comment(rawValue: name))
            }
        }
    }
}

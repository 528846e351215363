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
            let ownWords = ["channels", "groups", "organizations", "places", "taxonomy"]
            let counts = [
                "briefs", "channel_mix", "classification_quality", "coverage", "demand_board", "demand_board_by_group",
                "demand_board_day", "demand_board_week", "expression_funnel", "participation", "response_rates",
                "satisfaction", "survey_results", "surveys", "topics",
            ]
            #expect(names == (counts + ownWords).sorted())
            for view in views {
                let isOwnWords = ownWords.contains(view["name"]?.string ?? "")
                let beginning = isOwnWords ? "The tenant's own words" : "Counts of those who spoke"
                #expect(view["comment"]?.string?.hasPrefix(beginning) == true)
            }
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

    @Test func theTenantsOwnWordsNeedNoRelease() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            for number in 1...5 {
                let body = #"{"names":{"en":"Place \#(number)"}}"#
                _ = try await caller.send(.put, "/v1/places/p\(number)", as: .author, body)
            }
            try await server.project()
            var uri: String? = "/v1/aggregates/places?limit=2"
            var codes: [String] = []
            while let address = uri {
                let answer = try await caller.send(.get, address, as: .analyst)
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer.json["release"]?.isNull == true && answer.json["releasePosition"]?.isNull == true)
                codes += answer.json["rows"]?.array?.compactMap { $0[0]?.string } ?? []
                uri = answer.headers[.link].map { String($0.dropFirst().prefix { $0 != ">" }) }
            }
            #expect(codes == ["p1", "p2", "p3", "p4", "p5"])
            let foreign = try await caller.send(.get, "/v1/aggregates/places", as: .foreignAnalyst)
            #expect(foreign.status == 200 && foreign.json["rows"]?.array?.isEmpty == true)
        }
    }

    @Test func aWalkThatAChangeOvertakesBeginsAgain() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            for code in ["b", "c"] {
                _ = try await caller.send(.put, "/v1/groups/\(code)", as: .author, #"{"names":{"en":"x"}}"#)
            }
            try await server.project()
            let page = try await caller.send(.get, "/v1/aggregates/groups?limit=1", as: .analyst)
            let link = String(try #require(page.headers[.link]).dropFirst().prefix { $0 != ">" })
            #expect(try await caller.send(.get, link, as: .analyst).status == 200)
            _ = try await caller.send(.put, "/v1/groups/a", as: .author, #"{"names":{"en":"x"}}"#)
            try await server.project()
            let moved = try await caller.send(.get, link, as: .analyst)
            #expect(moved.status == 409 && moved.code == "release-moved")
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

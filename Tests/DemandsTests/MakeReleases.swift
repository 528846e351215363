import Demands
import Testing

@Suite struct MakeReleases {
    private func command(after: Int, people: Int) -> Releases.Command {
        Releases.Command(reason: .manual, after: after, peopleSinceLast: people, k: 5)
    }

    @Test func numbersThemFromOne() throws {
        let first = try Releases.decide(command(after: 0, people: 5), Releases.initialState)
        #expect(first == [ReleasePublished(release: 1, reason: .manual, k: 5)])
        let second = try Releases.decide(command(after: 1, people: 9), Releases.state(after: first))
        #expect(second.map(\.release) == [2])
    }

    @Test func refusesToPointAtFewerThanK() {
        #expect(throws: ReleaseRejection(people: 4, k: 5, last: 0)) {
            try Releases.decide(command(after: 0, people: 4), Releases.initialState)
        }
    }

    @Test func makesNoneWhenAnotherCameMeanwhile() throws {
        let state = Releases.state(after: [ReleasePublished(release: 1, reason: .automatic, k: 5)])
        #expect(try Releases.decide(command(after: 0, people: 9), state).isEmpty)
    }

    @Test func isStoredAsTheseBytes() {
        #expect(
            String(decoding: ReleasePublished(release: 3, reason: .automatic, k: 5).encoded.body, as: UTF8.self)
                == #"{"release":3,"reason":"automatic","k":5}"#
        )
    }
}

@Suite struct CreateATenant {
    private let settings = TenantSettings(code: "north-city", timeZone: "Asia/Shanghai", language: "zh", k: 5)

    @Test func onceWithItsSettings() throws {
        #expect(try Tenant.decide(Tenant.Command(create: settings), Tenant.initialState) == [.created(settings)])
        #expect(throws: TenantRejection.exists) {
            try Tenant.decide(Tenant.Command(create: settings), Tenant.state(after: [.created(settings)]))
        }
    }

    @Test(arguments: ["", "North", "1st", "-a", "a b", "a_b", "é", String(repeating: "a", count: 41)])
    func refusesTheCode(_ code: String) {
        var wrong = settings
        wrong.code = code
        #expect(throws: TenantRejection.badCode) { try wrong.check() }
    }

    @Test func refusesUnknownZonesAndThresholds() {
        var zone = settings
        zone.timeZone = "Mars/Olympus"
        #expect(throws: TenantRejection.badTimeZone) { try zone.check() }
        for k in [1, 0, -5, 101] {
            var threshold = settings
            threshold.k = k
            #expect(throws: TenantRejection.badThreshold) { try threshold.check() }
        }
    }
}

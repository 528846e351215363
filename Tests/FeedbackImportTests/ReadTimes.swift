import EventSourcing
import FeedbackImport
import Foundation
import Testing

@Suite struct ReadTimes {
    private func time(_ text: String, zone: String?) throws -> String {
        let made = try line(#"{"t":"x","w":"\#(text)"}"#, map: "text=t,occurredAt=w", zone: zone)
        return String(made.dropFirst(#"{"text":"x","occurredAt":""#.count).dropLast(2))
    }

    @Test(arguments: [
        ("2019-02-14T20:00:00+08:00", "2019-02-14T12:00:00Z"),
        ("2019-02-14 20:00:00Z", "2019-02-14T20:00:00Z"),
        ("2019-02-14T20:00:00.5-01:30", "2019-02-14T21:30:00.500Z"),
    ])
    func anOffsetWinsOverTheZone(text: String, expected: String) throws {
        #expect(try time(text, zone: "Asia/Shanghai") == expected)
        #expect(try time(text, zone: nil) == expected)
    }

    @Test(arguments: [
        ("2019-02-14T20:00:00", "2019-02-14T12:00:00Z"),
        ("2019/2/14 20:00", "2019-02-14T12:00:00Z"),
        (" 2019-02-14 00:00:00 ", "2019-02-13T16:00:00Z"),
        // China had summer time in 1988.
        ("1988-07-01 12:00:00", "1988-07-01T03:00:00Z"),
    ])
    func aTimeWithoutOffsetIsOfTheZone(text: String, expected: String) throws {
        #expect(try time(text, zone: "Asia/Shanghai") == expected)
    }

    @Test func withoutZoneItIsRefusedByItsShapeAlone() throws {
        let row = #"{"t":"x","w":"2019-02-14 20:00:00"}"#
        let refusal = try #require(try refusal(row, map: "text=t,occurredAt=w"))
        #expect((refusal.line, refusal.code) == (7, .timeZoneNeeded))
        #expect(refusal.description.contains("9999-99-99 99:99:99"))
        #expect(!refusal.description.contains("2019"))
    }

    @Test(arguments: ["2019-02-14", "2019-02-30 10:00", "14/02/2019 10:00", "yesterday", "2019-02-14T24:00:00"])
    func otherTextsAreRefusedByTheirShapeAlone(text: String) throws {
        let row = #"{"t":"x","w":"\#(text)"}"#
        let refusal = try #require(try refusal(row, map: "text=t,occurredAt=w", zone: "Asia/Shanghai"))
        #expect(refusal.code == .badTime)
        #expect(!refusal.description.contains(text))
    }

    @Test func aNumberIsNoTime() throws {
        let refusal = try #require(try refusal(#"{"t":"x","w":1550000000}"#, map: "text=t,occurredAt=w"))
        #expect(refusal.code == .wrongType)
    }

    // Berlin, 2024: clocks go from 02:00 to 03:00 on 31 March (01:00Z), from 03:00 back to 02:00 on 27 October (01:00Z).
    @Test(arguments: [
        ("2024-03-31 01:59:59", "2024-03-31T00:59:59Z"),
        ("2024-03-31 02:30:00", "2024-03-31T01:30:00Z"),
        ("2024-03-31 03:00:00", "2024-03-31T01:00:00Z"),
        ("2024-10-27 01:59:59", "2024-10-26T23:59:59Z"),
        ("2024-10-27 02:30:00", "2024-10-27T00:30:00Z"),
        ("2024-10-27 03:00:00", "2024-10-27T02:00:00Z"),
    ])
    func clocksThatAreSetFollowTheRule(text: String, expected: String) throws {
        #expect(try time(text, zone: "Europe/Berlin") == expected)
    }

    // New York, 2024: west of UTC the same holds. 10 March 02:00 -> 03:00, 3 November 02:00 -> 01:00.
    @Test(arguments: [
        ("2024-03-10 02:30:00", "2024-03-10T07:30:00Z"),
        ("2024-11-03 01:30:00", "2024-11-03T05:30:00Z"),
        ("2024-11-03 02:00:00", "2024-11-03T07:00:00Z"),
    ])
    func alsoWestOfGreenwich(text: String, expected: String) throws {
        #expect(try time(text, zone: "America/New_York") == expected)
    }

    @Test func everyHourThatClocksShowOnceIsReadAsItself() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        var wrong = 0
        for hour in 0..<(366 * 24) {
            let instant = Timestamp(microsecondsSince1970: (1_704_063_600 + Int64(hour) * 3_600) * 1_000_000)
            let offset = zone.secondsFromGMT(
                for: Date(timeIntervalSince1970: Double(instant.microsecondsSince1970) / 1_000_000)
            )
            if zone.instant(showing: instant.local(offsetSeconds: offset)) != instant { wrong += 1 }
        }
        // The second 02:00 of 27 October is read as the first one.
        #expect(wrong == 1)
    }
}

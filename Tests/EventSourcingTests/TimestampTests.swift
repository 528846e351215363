import Foundation
import Testing

@testable import EventSourcing

@Suite struct ParseTimestamps {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("2000-02-29T00:00:00Z", 951_782_400_000_000),
            ("2000-02-29t00:00:00z", 951_782_400_000_000),
            ("2000-02-29T14:00:00+14:00", 951_782_400_000_000),
            ("2000-02-28T12:00:00-12:00", 951_782_400_000_000),
            ("2000-02-29T00:00:00-00:00", 951_782_400_000_000),
            ("2000-02-29T23:59:00+23:59", 951_782_400_000_000),
            ("2000-02-29T00:00:00.1Z", 951_782_400_100_000),
            ("2000-02-29T00:00:00.123456789Z", 951_782_400_123_456),
            ("2000-02-29T00:00:00.000000999Z", 951_782_400_000_000),
            ("1969-12-31T23:59:59.9999999Z", -1),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] as [(String, Int64)]
    )
    func reads(_ text: String, _ microseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.microsecondsSince1970 == microseconds)
    }

    @Test(arguments: [
        "", "2020", "2020-01-02", "2020-01-02T03:04Z", "2020-01-02T03:04:05",
        "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2019-02-29T00:00:00Z", "2020-04-31T00:00:00Z",
        "2020-00-01T00:00:00Z", "2020-13-01T00:00:00Z", "2020-01-00T00:00:00Z", "2020-01-32T00:00:00Z",
        "2020-01-01T24:00:00Z", "2020-01-01T00:60:00Z", "2016-12-31T23:59:60Z", "2020-01-01T00:00:00+24:00",
        "2020-01-01T00:00:00+00:60", "2020-01-01T00:00:00+0800", "2020-01-01T00:00:00+08", "2020-01-01T00:00:00+8:00",
        "2020-01-01 00:00:00Z", "2020-1-01T00:00:00Z", "2020/01/01T00:00:00Z", "20200101T000000Z",
        "2020-01-01T00:00:00.Z", "2020-01-01T00:00:00,5Z", "2020-01-01T00:00:00.1234567890Z",
        "2020-01-01T00:00:00ZZ", " 2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z ", "2020-01-01T00:00:00Z\n",
        "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "+2020-01-01T00:00:00Z",
        "-2020-01-01T00:00:00Z", "12020-01-01T00:00:00Z", "2020-01-01T00:00:00−08:00", "２０２０-01-01T00:00:00Z",
        "2020-W01-1T00:00:00Z", "2020-001T00:00:00Z",
    ])
    func refuses(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func writesAsManyDigitsAsNeeded() {
        #expect(Timestamp(microsecondsSince1970: 0).description == "1970-01-01T00:00:00Z")
        #expect(Timestamp(microsecondsSince1970: 120_000).description == "1970-01-01T00:00:00.120Z")
        #expect(Timestamp(microsecondsSince1970: -1).description == "1969-12-31T23:59:59.999999Z")
        #expect(Timestamp(microsecondsSince1970: 10).description == "1970-01-01T00:00:00.000010Z")
        #expect(Timestamp(microsecondsSince1970: -62_135_596_800_000_000).description == "0001-01-01T00:00:00Z")
        #expect(Timestamp(microsecondsSince1970: .max).description == "294247-01-10T04:00:54.775807Z")
        #expect(Timestamp(microsecondsSince1970: .min).description.hasPrefix("-290308-12-21T"))
    }

    @Test func ordersByInstant() throws {
        let early = try #require(Timestamp(rfc3339: "2020-01-01T09:00:00+08:00"))
        let late = try #require(Timestamp(rfc3339: "2020-01-01T02:00:00Z"))
        #expect(early < late)
        #expect(try #require(Timestamp(rfc3339: "2020-01-01T01:00:00Z")) == early)
    }

    @Test func keepsEveryDayOfFourHundredYearsApart() {
        var expected = CivilDays.since1970(year: 1_800, month: 1, day: 1)
        for year in 1_800..<2_200 {
            for month in 1...12 {
                for day in 1...CivilDays.inMonth(month, of: year) {
                    guard CivilDays.since1970(year: year, month: month, day: day) == expected,
                        CivilDays.date(daysSince1970: expected) == (year, month, day)
                    else {
                        Issue.record("\(year)-\(month)-\(day)")
                        return
                    }
                    expected += 1
                }
            }
        }
        #expect(expected - CivilDays.since1970(year: 1_800, month: 1, day: 1) == 146_097)
    }

    /// Foundation as the second opinion. It changes from the Gregorian to the Julian calendar in 1582, so that only
    /// later instants can be compared.
    @Test func agreesWithFoundationOnRandomInstants() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("ParseTimestamps.agreesWithFoundationOnRandomInstants seed \(seed)")
        var random = SplitMix(state: seed)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        let iso = ISO8601DateFormatter()
        for _ in 0..<3_000 {
            let seconds = Int64.random(in: -12_200_000_000..<253_402_214_400, using: &random)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let stamp = Timestamp(microsecondsSince1970: seconds * 1_000_000)
            let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
            let local = stamp.local()
            try #require(
                [parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second]
                    == [local.year, local.month, local.day, local.hour, local.minute, local.second],
                "\(seconds)"
            )
            try #require(iso.string(from: date) == stamp.description)

            let offset = Int.random(in: -14 * 60...14 * 60, using: &random)
            let zone: TimeZone = try #require(TimeZone(secondsFromGMT: offset * 60))
            iso.timeZone = zone
            let text = iso.string(from: date)
            iso.timeZone = calendar.timeZone
            try #require(Timestamp(rfc3339: text) == stamp, "\(text)")
        }
    }

    @Test func readsBackWhatItWrote() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("ParseTimestamps.readsBackWhatItWrote seed \(seed)")
        var random = SplitMix(state: seed)
        for _ in 0..<20_000 {
            let value = Int64.random(in: -62_135_596_800_000_000..<253_402_300_800_000_000, using: &random)
            let stamp = Timestamp(microsecondsSince1970: value)
            try #require(Timestamp(rfc3339: stamp.description)?.microsecondsSince1970 == value)
        }
    }
}

@Suite struct ParseLocalTimes {
    @Test(arguments: [
        ("2019-02-14T20:00:00", "2019-02-14T20:00:00"),
        ("2019-02-14 20:00:00", "2019-02-14T20:00:00"),
        ("2019/2/14 20:00:00", "2019-02-14T20:00:00"),
        ("2019/12/2 8:05:09", "2019-12-02T08:05:09"),
        ("2019/2/14 20:00", "2019-02-14T20:00:00"),
        ("2020-02-29 23:59:59.5", "2020-02-29T23:59:59.500"),
        ("2020-02-29 23:59:59.1234567", "2020-02-29T23:59:59.123456"),
    ])
    func reads(_ text: String, _ expected: String) {
        #expect(LocalDateTime(text)?.description == expected)
    }

    @Test(arguments: [
        "", "2019-02-14", "2019/2-14 20:00:00", "2019-2/14 20:00:00", "2019/02/30 20:00:00", "19/2/14 20:00:00",
        "2019-02-14 20:00:00Z", "2019-02-14T20:00:00+08:00", "2019-02-14  20:00:00", "2019-02-14 20",
        "2019-02-14 20:0:00", "2019-02-14 20:00:0", "2019-02-14 24:00:00", "2019-02-14 20:00:60",
        " 2019-02-14 20:00:00", "2019-02-14 20:00:00 ", "2019.2.14 20:00:00", "2019年2月14日 20:00:00",
        "2019/002/14 20:00:00", "0000-01-01 00:00:00",
    ])
    func refuses(_ text: String) {
        #expect(LocalDateTime(text) == nil)
    }

    @Test func becomesAnInstantWithAnOffset() throws {
        let local = try #require(LocalDateTime("2019-02-14 20:00:00"))
        let stamp = try #require(Timestamp(local, offsetSeconds: 8 * 3_600))
        #expect(stamp.description == "2019-02-14T12:00:00Z")
        #expect(stamp.local(offsetSeconds: 8 * 3_600) == local)
        #expect(Timestamp(local, offsetSeconds: 86_401) == nil)
    }

    @Test func ordersByWhatTheWallShows() throws {
        let texts = ["2018-12-31 23:59:59", "2019-01-01 00:00:00", "2019-01-01 00:00:00.000001", "2019-01-02 00:00:00"]
        let times = try texts.map { try #require(LocalDateTime($0)) }
        #expect(times.shuffled().sorted() == times)
    }
}

/// A generator that a printed seed repeats (SplitMix64, public domain, Sebastiano Vigna).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

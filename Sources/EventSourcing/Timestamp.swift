/// An instant, in microseconds since 1970-01-01T00:00:00Z, without leap seconds: what PostgreSQL's `timestamptz` keeps.
///
/// Calendar arithmetic is Howard Hinnant's, all in integers ("chrono-Compatible Low-Level Date Algorithms",
/// https://howardhinnant.github.io/date_algorithms.html): the proleptic Gregorian calendar.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Microseconds since the epoch; negative before it.
    package let microsecondsSince1970: Int64

    /// The instant that many microseconds after the epoch.
    package init(microsecondsSince1970: Int64) {
        self.microsecondsSince1970 = microsecondsSince1970
    }

    /// The instant that an RFC 3339 text names, or nil.
    ///
    /// The offset is required: `Z`, `z` or `±hh:mm` up to 23:59 (`-00:00` counts as UTC). One to nine digits of a
    /// fraction are read, those beyond microseconds cut off. Refused: dates that do not exist, hour 24, second 60
    /// (an instant without leap seconds cannot keep it), a blank instead of the `T`, and instants outside the years
    /// 0001 to 9999 of UTC.
    package init?(rfc3339 text: String) {
        var scanner = DigitScanner(text)
        guard let local = scanner.dateTime(.rfc3339), let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        self.init(local, offsetSeconds: offset)
    }

    /// The instant at which a clock that is `offsetSeconds` ahead of UTC shows that time; nil outside the years 0001
    /// to 9999 of UTC, and for offsets of more than a day.
    package init?(_ local: LocalDateTime, offsetSeconds: Int) {
        guard (-86_400...86_400).contains(offsetSeconds) else { return nil }
        let days = CivilDays.since1970(year: local.year, month: local.month, day: local.day)
        let seconds = days * 86_400 + local.hour * 3_600 + local.minute * 60 + local.second - offsetSeconds
        guard (-62_135_596_800..<253_402_300_800).contains(seconds) else { return nil }
        microsecondsSince1970 = Int64(seconds) * 1_000_000 + Int64(local.microsecond)
    }

    /// What a clock that is `offsetSeconds` ahead of UTC shows at this instant.
    package func local(offsetSeconds: Int = 0) -> LocalDateTime {
        let (seconds, microsecond) = CivilDays.floorDivide(Int(microsecondsSince1970), by: 1_000_000)
        let (days, second) = CivilDays.floorDivide(seconds &+ offsetSeconds, by: 86_400)
        let (year, month, day) = CivilDays.date(daysSince1970: days)
        return LocalDateTime(
            unchecked: (year, month, day),
            (second / 3_600, second / 60 % 60, second % 60),
            microsecond
        )
    }

    /// RFC 3339 in UTC with as many digits of a fraction as needed, of none, three and six:
    /// `2020-01-02T03:04:05.678901Z`. One instant, one text.
    package var description: String { local().description + "Z" }

    package func adding(hours: Int) -> Timestamp {
        Timestamp(microsecondsSince1970: microsecondsSince1970 + Int64(hours) * 3_600_000_000)
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microsecondsSince1970 < right.microsecondsSince1970
    }
}

/// What a calendar and a clock on some wall show; an instant only once somebody adds the offset of that wall.
package struct LocalDateTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let year, month, day: Int
    package let hour, minute, second: Int
    package let microsecond: Int

    /// The date and time, or nil when there is no such one in the years 1 to 9999.
    package init?(
        year: Int,
        month: Int,
        day: Int,
        hour: Int = 0,
        minute: Int = 0,
        second: Int = 0,
        microsecond: Int = 0
    ) {
        guard (1...9_999).contains(year), (1...12).contains(month),
            (1...CivilDays.inMonth(month, of: year)).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...59).contains(second), (0...999_999).contains(microsecond)
        else { return nil }
        self.init(unchecked: (year, month, day), (hour, minute, second), microsecond)
    }

    /// The date and time that a text without offset names, or nil: `2019-02-14T20:00:00`, `2019-02-14 20:00:00`,
    /// `2019/2/14 20:00`.
    ///
    /// The year has four digits, month, day and hour one or two, minute and second two; seconds may be left out, a
    /// fraction of up to nine digits is cut to microseconds. A date alone is no time, and a text with an offset
    /// belongs to `Timestamp(rfc3339:)`: both give nil. Blanks around the text are not skipped.
    package init?(_ text: String) {
        var scanner = DigitScanner(text)
        guard let local = scanner.dateTime(.loose), scanner.isAtEnd else { return nil }
        self = local
    }

    init(unchecked date: (Int, Int, Int), _ time: (Int, Int, Int), _ microsecond: Int) {
        (year, month, day) = date
        (hour, minute, second) = time
        self.microsecond = microsecond
    }

    /// `2019-02-14T20:00:00` with no, three or six digits of a fraction.
    package var description: String {
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value.magnitude)
            return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let time = "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))"
        if microsecond == 0 { return "\(date)T\(time)" }
        if microsecond % 1_000 == 0 { return "\(date)T\(time).\(padded(microsecond / 1_000, 3))" }
        return "\(date)T\(time).\(padded(microsecond, 6))"
    }

    package static func < (left: LocalDateTime, right: LocalDateTime) -> Bool {
        (left.year, left.month, left.day) != (right.year, right.month, right.day)
            ? (left.year, left.month, left.day) < (right.year, right.month, right.day)
            : (left.hour, left.minute, left.second, left.microsecond)
                < (right.hour, right.minute, right.second, right.microsecond)
    }
}

/// Hinnant's `days_from_civil` and `civil_from_days`: eras of 400 years, years that begin in March.
enum CivilDays {
    static func since1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shifted, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floorDivide(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    static func inMonth(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Quotient towards minus infinity, remainder from 0 on.
    static func floorDivide(_ value: Int, by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// Reads the ASCII forms of dates and times from left to right; after a nil its place means nothing.
private struct DigitScanner {
    enum Form { case rfc3339, loose }

    private let text: [UInt8]
    private var at = 0

    init(_ text: String) {
        self.text = Array(text.utf8)
    }

    var isAtEnd: Bool { at == text.count }

    mutating func dateTime(_ form: Form) -> LocalDateTime? {
        let loose = form == .loose
        guard let year = number(4...4) else { return nil }
        let separator = loose && peek == UInt8(ascii: "/") ? UInt8(ascii: "/") : UInt8(ascii: "-")
        guard take(separator), let month = number(loose ? 1...2 : 2...2), take(separator),
            let day = number(loose ? 1...2 : 2...2),
            take(UInt8(ascii: "T")) || take(UInt8(ascii: "t")) || (loose && take(UInt8(ascii: " "))),
            let hour = number(loose ? 1...2 : 2...2), take(UInt8(ascii: ":")), let minute = number(2...2)
        else { return nil }
        var second = 0
        var microsecond = 0
        if take(UInt8(ascii: ":")) {
            guard let seconds = number(2...2), let fraction = fraction() else { return nil }
            (second, microsecond) = (seconds, fraction)
        } else if !loose {
            return nil
        }
        return LocalDateTime(
            year: year,
            month: month,
            day: day,
            hour: hour,
            minute: minute,
            second: second,
            microsecond: microsecond
        )
    }

    /// `Z`, `z` or `±hh:mm`, in seconds ahead of UTC.
    mutating func offset() -> Int? {
        if take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return 0 }
        let sign = take(UInt8(ascii: "-")) ? -1 : take(UInt8(ascii: "+")) ? 1 : 0
        guard sign != 0, let hours = number(2...2), hours <= 23, take(UInt8(ascii: ":")),
            let minutes = number(2...2), minutes <= 59
        else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }

    /// Microseconds of the fraction that may stand here; 0 without one, nil when a point has no digits or too many.
    private mutating func fraction() -> Int? {
        guard take(UInt8(ascii: ".")) else { return 0 }
        let start = at
        guard let digits = number(1...9) else { return nil }
        return (at - start..<9).reduce(digits) { value, _ in value * 10 } / 1_000
    }

    /// As many digits as there are, if their number is in the range.
    private mutating func number(_ width: ClosedRange<Int>) -> Int? {
        let start = at
        var value = 0
        while let byte = peek, byte &- 0x30 < 10, at - start < width.upperBound {
            value = value * 10 + Int(byte - 0x30)
            at += 1
        }
        return width.contains(at - start) ? value : nil
    }

    private var peek: UInt8? { at < text.count ? text[at] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        at += 1
        return true
    }
}

/// A `date`: a day of the (proleptic) Gregorian calendar, in no time zone.
///
/// `Int32.max` and `Int32.min` are PostgreSQL's `infinity` and `-infinity`.
package struct PostgresDate: Hashable, Comparable, PostgresEncodable, PostgresArrayElement, PostgresDecodable,
    PostgresArrayDecodable, CustomStringConvertible
{
    /// Days since 1970-01-01.
    package var daysSince1970: Int32

    /// A day.
    package init(daysSince1970: Int32) {
        self.daysSince1970 = daysSince1970
    }

    /// From `yyyy-MM-dd`, years 0001 to 9999; nil for any other text and for days that do not exist.
    package init?(iso text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 }),
            let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2]), year >= 1
        else { return nil }
        let civil = CivilDate(year: year, month: month, day: day)
        guard (1...12).contains(month), (1...31).contains(day), CivilDate(daysSince1970: civil.daysSince1970) == civil,
            let days = Int32(exactly: civil.daysSince1970)
        else { return nil }
        daysSince1970 = days
    }

    /// `yyyy-MM-dd`; PostgreSQL's spelling outside the years 1 to 9999.
    package var iso: String {
        if daysSince1970 == .max { return "infinity" }
        if daysSince1970 == .min { return "-infinity" }
        let civil = CivilDate(daysSince1970: Int64(daysSince1970))
        return civil.yearMonthDay + (civil.isBeforeChrist ? " BC" : "")
    }

    /// Same as `iso`.
    package var description: String { iso }

    /// Earlier first.
    package static func < (left: Self, right: Self) -> Bool {
        left.daysSince1970 < right.daysSince1970
    }

    /// PostgreSQL counts from 2000-01-01.
    private static let epoch: Int32 = 10_957

    /// `date`
    package static var postgresType: PostgresType { .date }

    /// Days since 2000.
    package func encode(into buffer: inout [UInt8]) {
        guard daysSince1970 != .max, daysSince1970 != .min else {
            buffer.append(bigEndian: daysSince1970)
            return
        }
        let (value, tooEarly) = daysSince1970.subtractingReportingOverflow(Self.epoch)
        // Refused by the server, where a clamp would mean -infinity.
        buffer.append(bigEndian: tooEarly ? .min + 1 : value)
    }

    /// From `date` only.
    package static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) -> Self {
        guard type == PostgresType.date.oid else { throw mismatch(type: type) }
        guard let value = wholeInteger(bytes, as: Int32.self) else { throw malformed(type: type) }
        let isInfinite = value == .max || value == .min
        return PostgresDate(daysSince1970: isInfinite ? value : value.addingReportingOverflow(epoch).partialValue)
    }
}

/// Year, month and day of a day number, after Howard Hinnant's `civil_from_days`; year 0 is 1 BC.
struct CivilDate: Equatable {
    var year: Int64
    var month: Int64
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(146_097)
        let dayOfEra = shifted.flooredRemainder(146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.flooredQuotient(400)
        let yearOfEra = shiftedYear.flooredRemainder(400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    var isBeforeChrist: Bool { year <= 0 }

    /// At least four digits for the year; years BC count from 1.
    var yearMonthDay: String {
        let shown = String(isBeforeChrist ? 1 - year : year)
        let padding = String(repeating: "0", count: max(0, 4 - shown.utf8.count))
        return "\(padding)\(shown)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }
}

extension Int64 {
    /// Division that rounds down, for times before 1970.
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        self % divisor < 0 ? self / divisor - 1 : self / divisor
    }

    /// Never negative.
    func flooredRemainder(_ divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}

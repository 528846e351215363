/// A `timestamptz`: an instant, in microseconds.
///
/// `Int64.max` and `Int64.min` are PostgreSQL's `infinity` and `-infinity`. Instants before PostgreSQL's first (4714 BC) are
/// refused by the server (22008); its last thirty years, from 294247 on, do not fit here and are refused when read.
package struct PostgresTimestamp: Hashable, Comparable, PostgresEncodable, PostgresArrayElement, PostgresDecodable,
    PostgresArrayDecodable, CustomStringConvertible
{
    /// Microseconds since 1970-01-01T00:00:00Z, without leap seconds.
    package var microsecondsSince1970: Int64

    /// An instant.
    package init(microsecondsSince1970: Int64) {
        self.microsecondsSince1970 = microsecondsSince1970
    }

    /// Microseconds as PostgreSQL counts and sends them, for an instant that is not infinite.
    package var microsecondsSince2000: Int64 { microsecondsSince1970 - Self.epoch }

    /// PostgreSQL counts from 2000-01-01.
    private static let epoch: Int64 = 946_684_800_000_000

    /// Earlier first.
    package static func < (left: Self, right: Self) -> Bool {
        left.microsecondsSince1970 < right.microsecondsSince1970
    }

    /// `timestamptz`
    package static var postgresType: PostgresType { .timestamptz }

    /// Microseconds since 2000.
    package func encode(into buffer: inout [UInt8]) {
        guard microsecondsSince1970 != .max, microsecondsSince1970 != .min else {
            buffer.append(bigEndian: microsecondsSince1970)
            return
        }
        let (value, tooEarly) = microsecondsSince1970.subtractingReportingOverflow(Self.epoch)
        // Too early for PostgreSQL by far: Int64.min + 1 is refused by the server, where a clamp would mean -infinity.
        buffer.append(bigEndian: tooEarly ? .min + 1 : value)
    }

    /// From `timestamptz` only: a `timestamp` without time zone is no instant.
    package static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) -> Self {
        guard type == PostgresType.timestamptz.oid else { throw mismatch(type: type) }
        guard let instant = wholeInteger(bytes).flatMap(PostgresTimestamp.init(microsecondsSince2000:)) else {
            throw malformed(type: type)
        }
        return instant
    }

    /// From what is on the wire; nil if it does not fit.
    package init?(microsecondsSince2000 value: Int64) {
        guard value != .max, value != .min else {
            microsecondsSince1970 = value
            return
        }
        let (sum, isTooLate) = value.addingReportingOverflow(Self.epoch)
        guard !isTooLate else { return nil }
        microsecondsSince1970 = sum
    }

    /// ISO 8601 in UTC with `Z`; as many decimals of the second as are needed, none if it is whole.
    package var description: String {
        localDescription(zone: "Z")
    }

    /// The same with another mark for the zone; years BC end in ` BC` as PostgreSQL writes them.
    func localDescription(zone: String) -> String {
        if microsecondsSince1970 == .max { return "infinity" }
        if microsecondsSince1970 == .min { return "-infinity" }
        let day = CivilDate(daysSince1970: microsecondsSince1970.flooredQuotient(86_400_000_000))
        var rest = microsecondsSince1970.flooredRemainder(86_400_000_000)
        let fraction = rest % 1_000_000
        rest /= 1_000_000
        let clock = "\(twoDigits(rest / 3600)):\(twoDigits(rest / 60 % 60)):\(twoDigits(rest % 60))"
        return "\(day.yearMonthDay)T\(clock)\(decimals(fraction))\(zone)\(day.isBeforeChrist ? " BC" : "")"
    }

    private func twoDigits(_ value: Int64) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }

    private func decimals(_ microseconds: Int64) -> String {
        guard microseconds != 0 else { return "" }
        var text = String(microseconds)
        text = "." + String(repeating: "0", count: 6 - text.utf8.count) + text
        while text.last == "0" { text.removeLast() }
        return text
    }
}

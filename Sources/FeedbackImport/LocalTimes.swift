import EventSourcing
import Foundation

extension TimeZone {
    /// The instant at which the clocks of this zone show that time.
    ///
    /// A time that clocks show twice (when they are set back) is the first of the two; one that they leave out (when
    /// they are set forward) is read with the offset that held before, so that it lies behind the gap.
    package func instant(showing local: LocalDateTime) -> Timestamp? {
        guard let asUTC = Timestamp(local, offsetSeconds: 0) else { return nil }
        let day: Int64 = 86_400_000_000
        let before = offset(at: asUTC.microsecondsSince1970 - day)
        let after = offset(at: asUTC.microsecondsSince1970 + day)
        if before != after, !shows(local, offset: before), shows(local, offset: after) {
            return Timestamp(local, offsetSeconds: after)
        }
        return Timestamp(local, offsetSeconds: before)
    }

    private func shows(_ local: LocalDateTime, offset: Int) -> Bool {
        guard let instant = Timestamp(local, offsetSeconds: offset) else { return false }
        return self.offset(at: instant.microsecondsSince1970) == offset
    }

    private func offset(at microseconds: Int64) -> Int {
        secondsFromGMT(for: Date(timeIntervalSince1970: Double(microseconds) / 1_000_000))
    }
}

import EventSourcing

/// How much a topic is on people's minds now, by a published formula.
///
/// ```
/// people_heat  = sum over people of 2^(-age of the person's latest demand / half_life)
/// support_heat = min(support_weight * log2(1 + reported support), support_cap * people_heat)
///                * 2^(-age of the latest demand / half_life)
/// heat         = people_heat + support_heat
/// ```
///
/// Every person counts once in a topic, with the latest demand; a message whose sender is not known counts for itself.
/// Exponential decay by age: Cormode, Shkapenyuk, Srivastava and Xu, "Forward Decay: A Practical Time Decay Model for
/// Streaming Systems", ICDE 2009. The logarithm of reported support is that of Reddit's published ranking (`_sorts.pyx`,
/// `hot`): likes are cheap, so the tenth doubling counts no more than the first, and the cap keeps likes from ever
/// outweighing people. Nothing here ranks persons.
package struct Heat: Sendable, Equatable {
    package let people: Double
    package let support: Double

    package var total: Double { people + support }
}

/// The numbers of the formula; they are published with every figure made by it.
package struct HeatRules: Sendable, Equatable {
    package static let version = 1

    package var halfLifeDays = 30.0
    package var supportWeight = 0.5
    /// Reported support never adds more than this share of the people's part.
    package var supportCap = 0.5
    /// Fewer people than this have neither heat nor trend.
    package var minimumPeople = 5
    /// Days of each of the two spans that a trend compares.
    package var trendDays = 30

    package init() {}

    /// The heat of a topic at that time; nil with fewer people than the minimum. Voices later than `now` are left out.
    package func heat(of voices: [Voice], now: Timestamp) -> Heat? {
        let latest = Voice.latest(voices, until: now)
        guard latest.count >= minimumPeople, let last = latest.map(\.at).max() else { return nil }
        var people = 0.0
        // In the order of times, so that the sum is the same whatever the order of the voices.
        for at in latest.map(\.at).sorted() { people += decay(at, now) }
        let reported = voices.reduce(0) { $1.at <= now ? $0 + max(0, $1.support) : $0 }
        let support = min(supportWeight * ExactMath.base2(1 + reported), supportCap * people) * decay(last, now)
        return Heat(people: people, support: support)
    }

    private func decay(_ at: Timestamp, _ now: Timestamp) -> Double {
        let age = Double(now.microsecondsSince1970 - at.microsecondsSince1970) / 86_400_000_000
        return ExactMath.halved(age / halfLifeDays)
    }

    /// Whether more people spoke in the last span of days than in the one before; nil with fewer people than the minimum
    /// in both.
    ///
    /// It is said to rise or fall only when the 95 % interval of Wilson (1927) for the share of the last span leaves one
    /// half out.
    package func trend(of voices: [Voice], now: Timestamp) -> Trend? {
        let span = Int64(trendDays) * 86_400_000_000
        let start = Timestamp(microsecondsSince1970: now.microsecondsSince1970 - span)
        let earlier = Timestamp(microsecondsSince1970: start.microsecondsSince1970 - span)
        let recent = Voice.latest(voices.filter { $0.at > start }, until: now).count
        let before = Voice.latest(voices.filter { $0.at > earlier }, until: start).count
        guard recent + before >= minimumPeople else { return nil }
        let interval = Self.wilson(recent, of: recent + before)
        let direction: Trend.Direction =
            interval.lowerBound > 0.5 ? .rising : interval.upperBound < 0.5 ? .falling : .steady
        return Trend(recent: recent, before: before, direction: direction)
    }

    /// Wilson's score interval of 95 % for a share (Wilson, "Probable inference, the law of succession, and statistical
    /// inference", JASA 22, 1927).
    static func wilson(_ successes: Int, of trials: Int) -> ClosedRange<Double> {
        let z = 1.959_963_984_540_054
        let n = Double(trials)
        let share = Double(successes) / n
        let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        return (middle - half)...(middle + half)
    }
}

/// How many people spoke in the last span of days and in the one before.
package struct Trend: Sendable, Equatable {
    package enum Direction: String, Sendable {
        case rising, steady, falling
    }

    package let recent: Int
    package let before: Int
    package let direction: Direction
}

/// One demand, as heat sees it.
package struct Voice: Sendable, Equatable {
    /// The person's token; nil when nobody knows who spoke.
    package let person: String?
    package let at: Timestamp
    /// Likes or signatures that the source reports.
    package let support: Int

    package init(person: String?, at: Timestamp, support: Int) {
        self.person = person
        self.at = at
        self.support = support
    }

    /// Each person's latest voice until then, and each voice of nobody known.
    static func latest(_ voices: [Voice], until now: Timestamp) -> [Voice] {
        var known: [[UInt8]: Int] = [:]
        var latest: [Voice] = []
        for voice in voices where voice.at <= now {
            guard let person = voice.person else {
                latest.append(voice)
                continue
            }
            if let place = known[Array(person.utf8)] {
                if voice.at > latest[place].at { latest[place] = voice }
            } else {
                known[Array(person.utf8)] = latest.count
                latest.append(voice)
            }
        }
        return latest
    }
}

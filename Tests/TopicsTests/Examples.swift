import EventSourcing
import Topics

/// Numbers out of a printed seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Subjects of a few wants, in words that vary, between others that stand alone.
enum Examples {
    static let places = ["清江花园", "南湖公寓", "东方名苑", "Birkenallee", "Harbour Lane"]

    static func subjects(seed: UInt64, count: Int) -> [String] {
        var random = Seeded(state: seed)
        let wants = ["夜间施工噪音扰民", "电梯经常停运无人修", "路灯不亮出行危险", "Radweg ist gesperrt", "buses are always late"]
        let openings = ["投诉", "反映", "请尽快处理", "咨询", "Bitte beschleunigen: ", "An enquiry about "]
        return (0..<count).map { number in
            let opening = openings.randomElement(using: &random) ?? ""
            let place = places.randomElement(using: &random) ?? ""
            let want = wants.randomElement(using: &random) ?? ""
            switch Int.random(in: 0..<3, using: &random) {
            case 0: return "\(opening)\(place) \(want)"
            case 1: return "\(place)\(want)，\(opening)"
            default: return "\(opening)\(number)号\(want.prefix(3))\(place.prefix(2))"
            }
        }
    }

    /// The founder of each text's topic at the end; -1 for none.
    static func topics(_ subjects: [String], key: UInt64 = 7, rules: FinderRules = FinderRules()) -> [Int64] {
        let maker = SketchMaker(key: key)
        var finder = TopicFinder(maker: maker, rules: rules)
        for (number, subject) in subjects.enumerated() {
            _ = finder.place(maker.sketch(subject: subject, detail: ""), position: Int64(number))
        }
        return subjects.indices.map { finder.topic(ofDemand: $0) ?? -1 }
    }

    static func placement(
        _ demand: Int64,
        _ topic: Int64,
        joins: [Placement.Join] = [],
        sameWordingAs: Int64? = nil
    ) -> Placement {
        Placement(
            demand: demand,
            topic: topic,
            isNew: demand == topic,
            confidence: 0.75,
            because: demand == topic ? nil : topic,
            sameWordingAs: sameWordingAs,
            joins: joins
        )
    }

    static func day(_ day: Int) -> Timestamp { Timestamp(microsecondsSince1970: Int64(day) * 86_400_000_000) }
}

import Classification

/// Made-up messages: each says a few words of its category and some of none, by a generator of its own.
enum Town {
    private static let own: [(label: String, words: [String])] = [
        ("roads", ["road", "bridge", "pothole", "street", "路面", "坑洼", "修路"]),
        ("schools", ["school", "teacher", "pupil", "lesson", "学校", "老师", "补课"]),
        ("water", ["water", "pipe", "leak", "tap", "水管", "停水", "水费"]),
    ]
    private static let any = ["please", "help", "our", "district", "again", "since", "monday", "小区", "希望", "解决", "问题"]

    static func messages(_ count: Int, seed: UInt64 = 1, people: Int = 50) -> [LabelledText] {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        return (0..<count).map { number in
            let (label, words) = own[number % own.count]
            var text: [String] = []
            for _ in 0..<(2 + next(3)) { text.append(words[next(words.count)]) }
            for _ in 0..<(2 + next(4)) { text.append(any[next(any.count)]) }
            // Some say a word of another category too.
            if next(4) == 0 { text.append(own[next(own.count)].words[next(words.count)]) }
            text.swapAt(0, next(text.count))
            return LabelledText(
                text: text.joined(separator: " "),
                label: label,
                group: "g\(number / 2)",
                person: next(10) == 0 ? nil : "p\(next(people))"
            )
        }
    }
}

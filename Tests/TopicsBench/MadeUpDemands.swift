/// Demands out of a seed: the same ones in every process.
///
/// Characters are drawn by Zipf's law from 3,000, as in real Chinese text; places and wants are words of three to five of
/// them. A fifth is in made-up words with blanks between them.
struct MadeUpDemands {
    private var state: UInt64 = 20_200_102
    private var places: [String] = []
    private var wants: [String] = []
    private let openings = ["请尽快处理", "咨询", "关于", "投诉", "建议", "反映", "举报", "希望解决"]

    init() {
        places = (0..<20_000).map { _ in word(3...5) }
        wants = (0..<2_000).map { _ in word(3...5) }
    }

    mutating func next() -> (subject: String, detail: String) {
        let opening = openings[Int(random() % UInt64(openings.count))]
        if random() % 5 == 0 {
            let subject = (0..<8).map { _ in latin() }.joined(separator: " ")
            return (subject, (0..<30).map { _ in latin() }.joined(separator: " "))
        }
        let isShared = random() % 2 == 0
        // A shared want belongs to its place: few are asked for by very many.
        let number = isShared ? skewed(5_000) : Int(random() % UInt64(places.count))
        let want = isShared ? wants[number % wants.count] : wants[Int(random() % UInt64(wants.count))]
        let subject = "\(opening)\(places[number])\(want)\(word(2...6))的问题"
        return (subject, (0..<12).map { _ in word(3...9) }.joined(separator: "，"))
    }

    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Below `count`, small numbers far more often: each octave is as likely as any other.
    private mutating func skewed(_ count: Int) -> Int {
        let octaves = Int.bitWidth - count.leadingZeroBitCount
        let ceiling = 1 << (1 + Int(random() % UInt64(octaves)))
        return Int(random() % UInt64(min(count, ceiling)))
    }

    private mutating func word(_ length: ClosedRange<Int>) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int(random() % UInt64(length.count)) + length.lowerBound {
            if let scalar = Unicode.Scalar(UInt32(0x4E00 + skewed(3_000))) { scalars.append(scalar) }
        }
        return String(scalars)
    }

    private mutating func latin() -> String {
        var rank = skewed(30_000) + 1
        var word = ""
        while rank > 0 {
            word += ["ba", "de", "ki", "lo", "mu", "na", "ro", "su", "ti", "wen"][rank % 10]
            rank /= 10
        }
        return word
    }
}

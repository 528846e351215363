import TestSupport

/// A manner of projecting, and how often it is interrupted.
package struct Law: Sendable {
    package let name: String
    /// Random places at which all projectors stand before they go on.
    let cuts: Int
    /// At each cut and at the end.
    let rebuilds: Int
    let hasReleases: Bool
    private let draw: @Sendable (_ projectors: Int, inout SeededRandom) -> LawBoard.Manner

    func manner(_ projectors: Int, _ random: inout SeededRandom) -> LawBoard.Manner { draw(projectors, &random) }

    init(
        _ name: String,
        cuts: Int = 0,
        rebuilds: Int = 0,
        hasReleases: Bool = true,
        draw: @escaping @Sendable (_ projectors: Int, inout SeededRandom) -> LawBoard.Manner
    ) {
        self.name = name
        self.cuts = cuts
        self.rebuilds = rebuilds
        self.hasReleases = hasReleases
        self.draw = draw
    }

    package static func batches(of size: Int) -> Law {
        Law("batches of \(size)") { _, _ in LawBoard.Manner(batchSize: size) }
    }

    package static let anyOrder = Law("projectors in any order", cuts: 3) { projectors, random in
        LawBoard.Manner(
            batchSize: Int.random(in: 5...60, using: &random),
            order: Array(0..<projectors).shuffled(using: &random)
        )
    }

    package static let twoEngines = Law("two engines at once", cuts: 2) { projectors, random in
        LawBoard.Manner(
            batchSize: Int.random(in: 5...30, using: &random),
            order: Array(0..<projectors).shuffled(using: &random),
            engines: 2,
            width: Int.random(in: 1...2, using: &random)
        )
    }

    package static let anyWidth = Law("any number of projectors at the same time", cuts: 2) { projectors, random in
        LawBoard.Manner(
            batchSize: Int.random(in: 10...80, using: &random),
            order: Array(0..<projectors).shuffled(using: &random),
            width: Int.random(in: 2...4, using: &random)
        )
    }

    /// Twice at each place: the rebuild of a rebuild is the same, too.
    package static let rebuilds = Law("rebuilt at any place", cuts: 2, rebuilds: 2) { projectors, random in
        LawBoard.Manner(
            batchSize: [3, 40, 4_000].randomElement(using: &random) ?? 40,
            order: Array(0..<projectors).shuffled(using: &random),
            width: Int.random(in: 1...4, using: &random)
        )
    }

    /// What is exact does not know of releases.
    package static let withoutReleases = Law("without releases", cuts: 1, hasReleases: false) { _, random in
        LawBoard.Manner(batchSize: Int.random(in: 20...200, using: &random))
    }

    package static let all: [Law] =
        [1, 7, 100, 100_000].map(batches(of:)) + [anyOrder, anyWidth, twoEngines, rebuilds, withoutReleases]
}

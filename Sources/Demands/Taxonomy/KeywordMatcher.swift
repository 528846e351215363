/// Tells the category of a text by the words of one version of the taxonomy; made once a version.
///
/// The rule, which `docs/taxonomy.md` publishes:
/// 1. A category's words are its keywords, its names, and the parts and pieces of its names (`CategoryWords`).
/// 2. A word counts once a text, however often it stands there, and not where it lies inside a longer one.
/// 3. It weighs its length squared (a character of Chinese is 1 long, a word of English 2), so that a whole name always
///    weighs more than all its pieces together: n² > 4 (n − 1) for every n above 2.
/// 4. From the root down: each child gets the weights of the words that its subtree has; a word that k children have
///    counts a k-th for each. Go on to the child with the most. Stop where none has as much as one piece of its own, or
///    where two have the same. Whoever stops at the root knows no category.
///
/// So the deepest category wins over those above it, and equal branches give what they have in common. The same text
/// gives the same category, always; nothing is learned and nothing is random.
package struct KeywordMatcher: Sendable {
    /// Of the taxonomy.
    package let version: Int
    private let codes: [String]
    private let finder: WordFinder
    private let words: [Word]

    private struct Word: Sendable {
        var weight: Int
        /// Of each category that has it.
        var paths: [Path] = []
    }

    /// From level 1 down to a category, by place among the categories; -1 below it.
    private struct Path: Sendable {
        var places: (Int32, Int32, Int32)

        init(_ places: [Int]) {
            self.places = (Self.place(places, 0), Self.place(places, 1), Self.place(places, 2))
        }

        private static func place(_ places: [Int], _ level: Int) -> Int32 {
            level < places.count ? Int32(places[level]) : -1
        }

        /// The category on that level (from 0) if the path leads there through `node`; -1: it does not.
        func child(below node: Int32, level: Int) -> Int32 {
            switch level {
            case 0: places.0
            case 1: places.0 == node ? places.1 : -1
            default: places.1 == node ? places.2 : -1
            }
        }
    }

    /// What weights are counted in: divisible by every number of branches up to 16.
    private static let unit = 720_720
    /// The weight of a piece of two characters, or of one English word.
    private static let least = 4 * unit

    package init(_ taxonomy: TaxonomyPublished) {
        version = taxonomy.version
        codes = taxonomy.categories.map(\.code)
        var places: [String: Int] = [:]
        for (place, code) in codes.enumerated() { places[code] = place }
        var numbers: [[UInt32]: Int] = [:]
        var texts: [[UInt32]] = []
        var words: [Word] = []
        for (place, category) in taxonomy.categories.enumerated() {
            var path = [place]
            var above = category.parent
            while let parent = above.flatMap({ places[$0] }), path.count < TaxonomyRules.maximumLevels {
                path.insert(parent, at: 0)
                above = taxonomy.categories[parent].parent
            }
            // Sorted, so that words have the same numbers whenever the same taxonomy is read.
            for word in CategoryWords(category).words.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                let number = numbers[word] ?? words.count
                if number == words.count {
                    numbers[word] = number
                    texts.append(word)
                    let length = LetterRuns.length(word)
                    words.append(Word(weight: length * length * Self.unit))
                }
                words[number].paths.append(Path(path))
            }
        }
        self.words = words
        finder = WordFinder(texts)
    }

    /// The category that the words tell; nil: none, or several equally well.
    package func category(of texts: [String]) -> GivenCategory? {
        var found: Set<Int> = []
        for text in texts { finder.find(in: LetterRuns.folded(text), into: &found) }
        let present = found.sorted().map { words[$0] }
        var at: Int32?
        var level = 0
        while level < TaxonomyRules.maximumLevels, let next = best(present, below: at ?? -1, level: level) {
            at = next
            level += 1
        }
        return at.map { GivenCategory(code: codes[Int($0)], method: .keywords, methodVersion: version) }
    }

    /// The child that has most of the weight; nil when there is none, or not one.
    private func best(_ present: [Word], below node: Int32, level: Int) -> Int32? {
        var scores: [Int32: Int] = [:]
        var children: [Int32] = []
        for word in present {
            children.removeAll(keepingCapacity: true)
            for path in word.paths {
                let child = path.child(below: node, level: level)
                if child >= 0, !children.contains(child) { children.append(child) }
            }
            for child in children { scores[child, default: 0] += word.weight / children.count }
        }
        guard let most = scores.values.max(), most >= Self.least else { return nil }
        let leaders = scores.filter { $0.value == most }
        return leaders.count == 1 ? leaders.first?.key : nil
    }
}

/// Finds which of many words occur in a text, in one pass over it (Aho and Corasick 1975, doi:10.1145/360825.360855).
///
/// A word of a script with blanks counts only where it stands whole. An occurrence that lies inside a longer one does not
/// count: whoever writes 房屋租赁 says nothing about 租赁 in general.
struct WordFinder: Sendable {
    private struct Node {
        /// Where to go on when no edge fits: the node of the longest proper end that also begins a word.
        var fallback: Int32 = 0
        /// The nearest node along the fallbacks that ends a word; 0: none.
        var shorter: Int32 = 0
        /// The word that ends here; -1: none.
        var word: Int32 = -1
        /// Its edges among all edges, sorted by letter.
        var edges: Range<Int32> = 0..<0
    }

    private var nodes: [Node] = [Node()]
    private var letters: [UInt32] = []
    private var targets: [Int32] = []
    /// The root's edges by letter, up to U+FFFF: most letters of a text lead from the root nowhere.
    private var beginnings = [Int32](repeating: 0, count: 0x1_0000)
    private var lengths: [Int] = []

    /// - Parameter words: different ones, none empty; each is known by its place.
    init(_ words: [[UInt32]]) {
        lengths = words.map(\.count)
        var children: [[UInt32: Int32]] = [[:]]
        for (number, word) in words.enumerated() {
            var node = 0
            for letter in word {
                if let next = children[node][letter] {
                    node = Int(next)
                } else {
                    children[node][letter] = Int32(nodes.count)
                    node = nodes.count
                    nodes.append(Node())
                    children.append([:])
                }
            }
            nodes[node].word = Int32(number)
        }
        for node in nodes.indices {
            let sorted = children[node].sorted { $0.key < $1.key }
            nodes[node].edges = Int32(letters.count)..<Int32(letters.count + sorted.count)
            letters += sorted.map(\.key)
            targets += sorted.map(\.value)
        }
        for (letter, child) in children[0] where letter < 0x1_0000 { beginnings[Int(letter)] = child }
        setFallbacks()
    }

    /// Breadth first, because a node's fallback is nearer to the root than the node.
    private mutating func setFallbacks() {
        var queue: [Int32] = [0]
        var next = 0
        while next < queue.count {
            let node = queue[next]
            next += 1
            for edge in nodes[Int(node)].edges {
                let child = targets[Int(edge)]
                queue.append(child)
                guard node != 0 else { continue }
                let fallback = step(nodes[Int(node)].fallback, letters[Int(edge)])
                nodes[Int(child)].fallback = fallback
                nodes[Int(child)].shorter = nodes[Int(fallback)].word >= 0 ? fallback : nodes[Int(fallback)].shorter
            }
        }
    }

    private func step(_ from: Int32, _ letter: UInt32) -> Int32 {
        var node = from
        while node != 0 {
            if let next = follow(node, letter) { return next }
            node = nodes[Int(node)].fallback
        }
        return letter < 0x1_0000 ? beginnings[Int(letter)] : follow(0, letter) ?? 0
    }

    private func follow(_ node: Int32, _ letter: UInt32) -> Int32? {
        var (low, high) = (Int(nodes[Int(node)].edges.lowerBound), Int(nodes[Int(node)].edges.upperBound))
        while low < high {
            let middle = (low + high) / 2
            if letters[middle] == letter { return targets[middle] }
            if letters[middle] < letter { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// Adds the words that occur in the text.
    func find(in text: [UInt32], into found: inout Set<Int>) {
        var occurrences: [(range: Range<Int>, word: Int)] = []
        var node: Int32 = 0
        for index in text.indices {
            node = step(node, text[index])
            var ending = nodes[Int(node)].word >= 0 ? node : nodes[Int(node)].shorter
            while ending != 0 {
                let word = Int(nodes[Int(ending)].word)
                let range = (index + 1 - lengths[word])..<(index + 1)
                if Self.isWhole(range, in: text) { occurrences.append((range, word)) }
                ending = nodes[Int(ending)].shorter
            }
        }
        occurrences.sort { left, right in
            left.range.lowerBound == right.range.lowerBound
                ? left.range.upperBound > right.range.upperBound : left.range.lowerBound < right.range.lowerBound
        }
        var covered = 0
        for occurrence in occurrences where occurrence.range.upperBound > covered {
            covered = occurrence.range.upperBound
            found.insert(occurrence.word)
        }
    }

    private static func isWhole(_ range: Range<Int>, in text: [UInt32]) -> Bool {
        let (first, last) = (range.lowerBound, range.upperBound - 1)
        if first > 0, LetterRuns.isOfSpacedScript(text[first]), LetterRuns.isOfSpacedScript(text[first - 1]) {
            return false
        }
        return
            !(last + 1 < text.count && LetterRuns.isOfSpacedScript(text[last])
            && LetterRuns.isOfSpacedScript(text[last + 1]))
    }
}

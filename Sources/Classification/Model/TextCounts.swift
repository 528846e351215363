import Foundation

/// Counts a text's known features, and scores them. One for each thread: it keeps its memory from text to text.
struct TextCounts: Sendable {
    /// The places of the features that the last text has, in the order in which they came first.
    private(set) var touched: [UInt32] = []
    private var counts: [UInt8]
    private var text = FoldedText()

    /// 1 + ln n; more than 255 count as 255.
    static let dampened: [Float] = [0] + (1...255).map { 1 + Float(log(Double($0))) }

    /// - Parameter features: how many the model knows.
    init(features: Int) {
        counts = [UInt8](repeating: 0, count: features)
    }

    @inline(__always)
    static func dampen(_ count: UInt32) -> Float {
        dampened[min(Int(count), dampened.count - 1)]
    }

    /// Counts the text's features; `take` empties the counts again.
    mutating func count(_ newText: String, in space: FeatureSpace) {
        text.fold(newText)
        let text = text
        var touched: [UInt32] = []
        swap(&touched, &self.touched)
        touched.removeAll(keepingCapacity: true)
        counts.withUnsafeMutableBufferPointer { counts in
            space.withLookUp { place in
                FeatureKeys.visit(text) { key, _, _ in
                    let place = place(key)
                    guard place >= 0 else { return }
                    if counts[place] == 0 { touched.append(UInt32(truncatingIfNeeded: place)) }
                    if counts[place] < .max { counts[place] &+= 1 }
                }
            }
        }
        self.touched = touched
    }

    /// Hands each feature of the last text and its dampened count to `body`, once, in the order of `touched`.
    @inline(__always)
    mutating func take(_ body: (Int, Float) -> Void) {
        counts.withUnsafeMutableBufferPointer { counts in
            Self.dampened.withUnsafeBufferPointer { dampened in
                for feature in touched {
                    let place = Int(feature)
                    body(place, dampened[Int(counts[place])])
                    counts[place] = 0
                }
            }
        }
    }
}

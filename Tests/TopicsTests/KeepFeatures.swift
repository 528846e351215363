import TestSupport
import Testing

@testable import Topics

@Suite struct KeepFeatures {
    /// Beside a dictionary: any features, set in any order, also those at both ends and those of one page.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func holdsWhatADictionaryHolds(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var table = FeatureTable<Int32>(unset: -1)
        var beside: [UInt32: Int32] = [:]
        var features: [UInt32] = [0]
        let last = UInt32(1 << DemandSketch.bits - 1)
        for step in 0..<20_000 {
            let feature: UInt32 =
                switch step % 4 {
                case 0: UInt32.random(in: 0...last, using: &random)
                case 1: UInt32.random(in: 0...40, using: &random)
                case 2: last - UInt32.random(in: 0...40, using: &random)
                default: features.randomElement(using: &random) ?? 0
                }
            if step % 3 == 0 {
                #expect(table[feature] == beside[feature] ?? -1, "seed \(seed), step \(step)")
            } else {
                let value = Int32.random(in: -1 ... .max, using: &random)
                table[feature] = value
                beside[feature] = value
                features.append(feature)
            }
        }
        for (feature, value) in beside { #expect(table[feature] == value, "seed \(seed), feature \(feature)") }
        // A copy goes its own way.
        let copy = table
        table[7] = 70
        #expect(copy[7] == beside[7] ?? -1 && table[7] == 70)
    }
}

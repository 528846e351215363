/// All that the topic finder knows of a demand's words: hashed features and a fingerprint of the wording.
///
/// At most 48 features of 22 bits, a 64-bit fingerprint and thirty-two 16-bit minima: some 260 bytes. No text can be read
/// from it, but it is not anonymous: who holds the tenant's key can test whether it may hold a given phrase, and with a
/// dictionary list phrases that it probably holds. It belongs beside the words, and is deleted when they are forgotten.
package struct DemandSketch: Sendable, Equatable {
    /// Width of a feature: a table of 2^22 counts serves any number of texts.
    static let bits = 22

    /// Distinct, in the order of the text, at most 48.
    package let features: [UInt32]
    package let wording: Wording

    package init(features: [UInt32], wording: Wording) {
        self.features = features.map { $0 & ((1 << Self.bits) - 1) }
        self.wording = wording
    }
}

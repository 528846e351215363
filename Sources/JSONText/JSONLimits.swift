/// What a text may ask of us at most; beyond it the text is refused, never cut.
package struct JSONLimits: Sendable, Hashable {
    /// How many arrays and objects may be open at once. 1 admits `[]`, 0 admits only scalars.
    package let maximumDepth: Int
    /// The length of the whole text in bytes; checked before anything is read.
    package let maximumBytes: Int
    /// How many members one object may have.
    package let maximumMembers: Int

    /// The deepest nesting that can be configured: the parser recurses, so that this bounds its stack.
    package static let deepest = 256

    /// The limits; the defaults are those of the public door.
    ///
    /// - Parameters:
    ///   - maximumDepth: brought into 0...`deepest`.
    ///   - maximumBytes: in bytes.
    ///   - maximumMembers: of each object.
    package init(maximumDepth: Int = 32, maximumBytes: Int = 262_144, maximumMembers: Int = 1_000) {
        self.maximumDepth = max(0, min(maximumDepth, Self.deepest))
        self.maximumBytes = maximumBytes
        self.maximumMembers = maximumMembers
    }
}

/// A value for every feature there may be, in memory that grows with the features that have one.
///
/// Flat pages of sixteen values, made when one of them is first set: a tenant with few demands takes little more than the
/// megabyte of the table of pages, and one with all features 17 times that.
struct FeatureTable<Value: Sendable>: Sendable {
    private static var bits: Int { 4 }

    /// Where the values of a page begin; -1: none of them was ever set.
    private var pages = [Int32](repeating: -1, count: 1 << (DemandSketch.bits - Self.bits))
    private var values: [Value] = []
    private let unset: Value

    init(unset: Value) {
        self.unset = unset
    }

    subscript(feature: UInt32) -> Value {
        get {
            let page = pages[Int(feature >> Self.bits)]
            return page < 0 ? unset : values[Int(page) + Self.place(feature)]
        }
        set {
            let number = Int(feature >> Self.bits)
            if pages[number] < 0 {
                if values.count + 1 << Self.bits > values.capacity {
                    values.reserveCapacity(values.count + max(values.count / 4, 1 << 12))
                }
                pages[number] = Int32(values.count)
                values.append(contentsOf: repeatElement(unset, count: 1 << Self.bits))
            }
            values[Int(pages[number]) + Self.place(feature)] = newValue
        }
    }

    /// Within its page.
    private static func place(_ feature: UInt32) -> Int { Int(feature & (1 << bits - 1)) }
}

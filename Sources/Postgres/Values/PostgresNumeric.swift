/// A `numeric` as PostgreSQL sends it: digits in base 10,000, a weight, a sign, and how many decimals to show.
struct PostgresNumeric: CustomStringConvertible {
    private enum Sign: UInt16 {
        case positive = 0x0000
        case negative = 0x4000
        case notANumber = 0xC000
        case infinity = 0xD000
        case negativeInfinity = 0xF000
    }

    private let sign: Sign
    /// Exponent of the first digit, in base 10,000.
    private let weight: Int
    /// Decimals after the point.
    private let scale: Int
    private let digits: [Int16]

    /// Nil if the bytes are not a `numeric`.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = BinaryReader(bytes)
        guard let count = reader.integer(Int16.self), let weight = reader.integer(Int16.self),
            let sign = reader.integer(UInt16.self).flatMap(Sign.init(rawValue:)),
            let scale = reader.integer(Int16.self), count >= 0, scale >= 0, reader.remaining == 2 * Int(count)
        else { return nil }
        var digits: [Int16] = []
        digits.reserveCapacity(Int(count))
        while let digit = reader.integer(Int16.self) {
            guard (0..<10_000).contains(digit) else { return nil }
            digits.append(digit)
        }
        self.sign = sign
        self.weight = Int(weight)
        self.scale = Int(scale)
        self.digits = digits
    }

    /// The digit of a power of 10,000; zero outside the stored ones.
    private func digit(power: Int) -> Int16 {
        let index = weight - power
        return digits.indices.contains(index) ? digits[index] : 0
    }

    /// The value if it has no fraction and fits; nil otherwise.
    var wholeNumber: Int64? {
        guard sign == .positive || sign == .negative else { return nil }
        guard !digits.enumerated().contains(where: { weight - $0.offset < 0 && $0.element != 0 }) else { return nil }
        // Downwards, so that Int64.min fits.
        var value: Int64 = 0
        for power in stride(from: weight, through: 0, by: -1) {
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10_000)
            let (next, tooSmall) = product.subtractingReportingOverflow(Int64(digit(power: power)))
            if tooLarge || tooSmall { return nil }
            value = next
        }
        if sign == .negative { return value }
        return value == .min ? nil : -value
    }

    /// The text that PostgreSQL itself writes, with every decimal of its scale.
    var description: String {
        switch sign {
        case .notANumber: return "NaN"
        case .infinity: return "Infinity"
        case .negativeInfinity: return "-Infinity"
        case .positive, .negative: break
        }
        var text = sign == .negative ? "-" : ""
        if weight < 0 {
            text += "0"
        } else {
            text += String(digit(power: weight))
            for power in stride(from: weight - 1, through: 0, by: -1) {
                text += fourDigits(digit(power: power))
            }
        }
        guard scale > 0 else { return text }
        var fraction = ""
        var power = -1
        while fraction.utf8.count < scale {
            fraction += fourDigits(digit(power: power))
            power -= 1
        }
        return text + "." + fraction.prefix(scale)
    }

    private func fourDigits(_ digit: Int16) -> String {
        let text = String(digit)
        return String(repeating: "0", count: 4 - text.utf8.count) + text
    }
}

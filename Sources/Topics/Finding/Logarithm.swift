/// Logarithms of whole numbers from additions, multiplications and divisions alone.
///
/// IEEE 754 defines those to the last bit, which it does not for `log`: so weights, and with them topics, are the same on
/// every machine and with every C library.
enum Logarithm {
    private static let small: [Double] = (0..<65_536).map { compute(max(1, $0)) }

    /// The natural logarithm; 0 for anything below 1.
    static func natural(_ number: Int) -> Double {
        number < 65_536 ? small[max(1, number)] : compute(number)
    }

    /// The logarithm to base 2; 0 for anything below 1.
    static func base2(_ number: Int) -> Double { natural(number) / 0.693_147_180_559_945_3 }

    /// ln(m * 2^e) = e ln 2 + 2 artanh((m - 1) / (m + 1)), with m in [1, 2).
    private static func compute(_ number: Int) -> Double {
        let exponent = Int.bitWidth - 1 - number.leadingZeroBitCount
        let significand = Double(number) / Double(1 << exponent)
        let z = (significand - 1) / (significand + 1)
        let square = z * z
        var sum = 0.0
        var divisor = 31.0
        while divisor >= 1 {
            sum = sum * square + 1 / divisor
            divisor -= 2
        }
        return Double(exponent) * 0.693_147_180_559_945_3 + 2 * z * sum
    }
}

/// Logarithms and powers from additions, multiplications and divisions alone.
///
/// IEEE 754 defines those to the last bit, which it does not for `log` and `exp`: so weights, and with them topics, are the same on
/// every machine and with every C library.
enum ExactMath {
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

    /// 2 to the power of minus `exponent`, which is 0 or more.
    static func halved(_ exponent: Double) -> Double {
        guard exponent < 1_000 else { return 0 }
        let whole = exponent.rounded(.down)
        // exp(-y) for y in [0, ln 2), as 1 / exp(y): all terms are positive, so that nothing cancels.
        let y = (exponent - whole) * 0.693_147_180_559_945_3
        var sum = 1.0
        var number = 20.0
        while number >= 1 {
            sum = 1 + sum * y / number
            number -= 1
        }
        return Double(sign: .plus, exponent: -Int(whole), significand: 1) / sum
    }
}

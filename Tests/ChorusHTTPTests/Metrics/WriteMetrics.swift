import Testing

@testable import ChorusHTTP

@Suite struct WriteMetrics {
    @Test func aFamilyHasItsHelpItsTypeAndItsValues() {
        var family = PrometheusText.Family("chorus_things_total", .counter, "Things.")
        family.add(3, ["tenant": "one", "kind": "small"])
        family.add(0.25, ["tenant": "two", "kind": "large"])
        #expect(
            PrometheusText([family]).text == """
                # HELP chorus_things_total Things.
                # TYPE chorus_things_total counter
                chorus_things_total{tenant="one",kind="small"} 3
                chorus_things_total{tenant="two",kind="large"} 0.25

                """
        )
    }

    @Test func withoutValuesThereIsNoFamily() {
        #expect(PrometheusText([PrometheusText.Family("chorus_nothing", .gauge, "Nothing.")]).text.isEmpty)
    }

    @Test func textsAreEscaped() {
        var family = PrometheusText.Family("chorus_odd", .gauge, "One\nand \\ two")
        family.add(1, ["name": "a\"b\\c\nd"])
        #expect(
            PrometheusText([family]).text == #"""
                # HELP chorus_odd One\nand \\ two
                # TYPE chorus_odd gauge
                chorus_odd{name="a\"b\\c\nd"} 1

                """#
        )
    }

    @Test(arguments: [
        (0.0, "0"), (-1, "-1"), (9_007_199_254_740_991, "9007199254740991"), (0.1, "0.1"), (.infinity, "+Inf"),
        (-.infinity, "-Inf"), (.nan, "NaN"),
    ])
    func numbersAreThoseOfGo(_ value: Double, _ text: String) {
        var family = PrometheusText.Family("chorus_number", .gauge, "A number.")
        family.add(value)
        #expect(PrometheusText([family]).text.hasSuffix("\nchorus_number \(text)\n"))
    }
}

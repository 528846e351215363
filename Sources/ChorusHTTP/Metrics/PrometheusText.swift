/// Metrics in the text format 0.0.4 of Prometheus.
///
/// https://prometheus.io/docs/instrumenting/exposition_formats/
package struct PrometheusText: Sendable {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package enum Kind: String, Sendable {
        case gauge, counter
    }

    /// One name with its values, one for each combination of labels.
    package struct Family: Sendable {
        let name: String
        let kind: Kind
        let help: String
        private(set) var samples: [(labels: [(name: String, value: String)], value: Double)] = []

        package init(_ name: String, _ kind: Kind, _ help: String) {
            self.name = name
            self.kind = kind
            self.help = help
        }

        package mutating func add(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
            samples.append((labels.map { ($0.key, $0.value) }, value))
        }

        package mutating func add(_ value: some BinaryInteger, _ labels: KeyValuePairs<String, String> = [:]) {
            add(Double(value), labels)
        }
    }

    private let families: [Family]

    package init(_ families: [Family]) {
        self.families = families
    }

    /// Families without values are left out.
    package var text: String {
        families.filter { !$0.samples.isEmpty }.map(Self.text).joined()
    }

    private static func text(_ family: Family) -> String {
        var text = "# HELP \(family.name) \(escaped(family.help))\n# TYPE \(family.name) \(family.kind.rawValue)\n"
        for sample in family.samples {
            text += family.name
            if !sample.labels.isEmpty {
                let labels = sample.labels.map { label in
                    "\(label.name)=\"\(escaped(label.value).replacing("\"", with: "\\\""))\""
                }
                text += "{\(labels.joined(separator: ","))}"
            }
            text += " \(number(sample.value))\n"
        }
        return text
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    /// Whole numbers without a fraction, as long as a double holds them exactly.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }
}

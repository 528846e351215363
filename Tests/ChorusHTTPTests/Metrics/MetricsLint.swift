/// What is wrong with a text of metrics: its shape, and the names that Prometheus asks for.
///
/// https://prometheus.io/docs/practices/naming/
struct MetricsLint {
    /// The values, by name and labels as they stand.
    private(set) var values: [String: Double] = [:]
    private(set) var findings: [String] = []

    init(_ text: String) {
        if !text.hasSuffix("\n") { findings.append("no line end at the end") }
        var help: String?
        var family: (name: Substring, type: Substring)?
        var seen: Set<Substring> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if let found = line.wholeMatch(of: /# HELP (\S+) (.+)/) {
                help = String(found.1)
                if !found.2.hasSuffix(".") { findings.append("\(found.1): help is no sentence") }
            } else if let found = line.wholeMatch(of: /# TYPE (\S+) (gauge|counter)/) {
                if help != String(found.1) { findings.append("\(found.1): TYPE without HELP before") }
                if !seen.insert(found.1).inserted { findings.append("\(found.1): twice") }
                family = (found.1, found.2)
                checkName(found.1, isCounter: found.2 == "counter")
            } else if let found = line.wholeMatch(
                of: /([a-z_]+)(\{[a-z_]+="(?:[^"\\]|\\.)*"(?:,[a-z_]+="(?:[^"\\]|\\.)*")*\})? (\S+)/
            ) {
                if found.1 != family?.name { findings.append("\(found.1): a value outside its family") }
                let key = String(found.1) + (found.2.map(String.init) ?? "")
                guard let value = Double(found.3) else {
                    findings.append("\(key): \(found.3) is no number")
                    continue
                }
                if values.updateValue(value, forKey: key) != nil { findings.append("\(key): twice") }
                if family?.type == "counter", value < 0 { findings.append("\(key): a counter below 0") }
            } else {
                findings.append("no line of metrics: \(line)")
            }
        }
    }

    private mutating func checkName(_ name: Substring, isCounter: Bool) {
        if name.wholeMatch(of: /chorus_[a-z]+(?:_[a-z]+)*/) == nil { findings.append("\(name): no name of ours") }
        if name.hasSuffix("_total") != isCounter { findings.append("\(name): only counters end with _total") }
        for unit in ["milliseconds", "ms", "minutes", "percent", "count"]
        where name.split(separator: "_").contains(Substring(unit)) {
            findings.append("\(name): \(unit) is no base unit")
        }
    }
}

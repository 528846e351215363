import Foundation

/// Which field of a row becomes which field of a feedback, and which values are the same for all.
package struct FeedbackMapping: Sendable {
    /// Feedback field to source field.
    package let fields: [FeedbackField: String]
    /// Values for rows in which the field is not mapped, or missing.
    package let constants: [FeedbackField: String]
    /// What ties the people of mapped groups together; nil: not said.
    package let groupTie: String?
    /// Read for times without offset.
    package let timeZone: TimeZone?
    /// The mapping's own text: the same for the same mapping, whatever the order it was written in.
    package let fingerprint: String

    /// The source's field names that the mapping reads, in order.
    package var sourceFields: [String] { Set(fields.values).sorted() }

    /// Reads the command line's `--map a=b,c=d` and `--set a=value`, each given any number of times.
    package init(map: [String], set: [String], timeZone: String?) throws(MappingFailure) {
        var constants = try Self.pairs(set, option: "--set")
        let groupTie = constants.removeValue(forKey: "groupTie")
        fields = try Self.byField(try Self.pairs(map, option: "--map"))
        self.constants = try Self.byField(constants)
        self.groupTie = groupTie
        if let timeZone {
            guard let zone = TimeZone(identifier: timeZone) else { throw .unknownTimeZone(timeZone) }
            self.timeZone = zone
        } else {
            self.timeZone = nil
        }
        guard fields[.text] != nil || self.constants[.text] != nil else { throw .noText }
        guard fields[.externalId] == nil || fields[.source] != nil || self.constants[.source] != nil else {
            throw .noSource
        }
        if let support = self.constants[.reportedSupport], Int(support).map({ $0 >= 0 }) != true {
            throw .badConstant(.reportedSupport, "must be a whole number from 0")
        }
        let parts =
            fields.map { "map \($0.key.rawValue)=\($0.value)" }.sorted()
            + self.constants.map { "set \($0.key.rawValue)=\($0.value)" }.sorted()
            + ["tie \(groupTie ?? "")", "zone \(timeZone ?? "")"]
        fingerprint = parts.joined(separator: "\n")
    }

    private static func pairs(_ values: [String], option: String) throws(MappingFailure) -> [String: String] {
        var result: [String: String] = [:]
        for pair in values.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: true) }) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw .badPair(option: option, String(pair))
            }
            guard result.updateValue(String(parts[1]), forKey: String(parts[0])) == nil else {
                throw .twice(option: option, String(parts[0]))
            }
        }
        return result
    }

    private static func byField(_ pairs: [String: String]) throws(MappingFailure) -> [FeedbackField: String] {
        var result: [FeedbackField: String] = [:]
        for (name, value) in pairs.sorted(by: { $0.key < $1.key }) {
            guard let field = FeedbackField(rawValue: name) else { throw .unknownField(name) }
            result[field] = value
        }
        return result
    }
}

/// A mapping that cannot be used: the command is wrong, no row was looked at.
package enum MappingFailure: Error, Sendable, Equatable, CustomStringConvertible {
    case badPair(option: String, String)
    case twice(option: String, String)
    case unknownField(String)
    case unknownTimeZone(String)
    case noText
    case noSource
    case badConstant(FeedbackField, String)

    package var description: String {
        switch self {
        case .badPair(let option, let pair):
            "\(option) \(pair): write field=name pairs with commas between them; names and values hold no comma"
        case .twice(let option, let name): "\(option) names \(name) twice"
        case .unknownField(let name): "\(name) is not a field of a feedback; there are: \(FeedbackField.names)"
        case .unknownTimeZone(let name): "\(name) is not a time zone; use an IANA name such as Asia/Shanghai"
        case .noText: "nothing is mapped to text; write for example --map text=message"
        case .noSource:
            "externalId means something only within a source; write for example --set source=city-forum"
        case .badConstant(let field, let rule): "--set \(field.rawValue) \(rule)"
        }
    }
}

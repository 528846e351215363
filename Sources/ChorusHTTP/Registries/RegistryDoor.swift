import Demands
import EventLog
import JSONText

/// What one registry adds to the doors that all registries share.
protocol RegistryDoor: Sendable {
    associatedtype Registry: RegistryDecider

    /// As in its addresses: `groups`.
    static var name: String { get }
    static var readers: Set<Scope> { get }
    /// Columns of its CSV files besides `code` and the names.
    static var columns: [RegistryColumn] { get }

    /// The entry out of the members that are its own.
    static func entry(_ code: String, _ names: Names, _ fields: inout FieldReader) -> Registry.Entry

    /// Everything that the registry shows, in a stable order.
    static func shown(_ state: Registry.State, _ tenant: TenantRecord) -> [ShownEntry]
}

/// An entry as answers show it.
struct ShownEntry {
    let code: String
    /// Writes its members.
    let write: (inout JSONWriter) -> Void
}

/// A column of a registry's CSV files, under the name of the member that it fills.
struct RegistryColumn: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        case text
        /// Several values, separated by semicolons.
        case list
        case number
    }

    let name: String
    let content: Content
}

extension RegistryDoor {
    static var readers: Set<Scope> { Set(Scope.allCases).subtracting([.intake]) }

    static func shown(_ state: Registry.State, _ tenant: TenantRecord) -> [ShownEntry] {
        Registry.registry(state).entries.map { entry in
            ShownEntry(code: entry.code) { entry.write(to: &$0) }
        }
    }

    /// The entry that an object holds, or nil when its members are of the wrong kind; errors say which.
    ///
    /// - Parameter code: where the address names it, the body need not.
    static func read(_ value: JSONValue, code: String? = nil) -> (entry: Registry.Entry?, errors: [FieldError]) {
        var fields = FieldReader(value)
        let given = fields.words("code", required: code == nil)
        if let code, let given, given != code {
            fields.report("code", code: .notAllowed, detail: "must be the code of the address, or left out")
        }
        let names = fields.names()
        let entry = Self.entry(code ?? given ?? "", names ?? Names([:]), &fields)
        fields.finish()
        return (fields.errors.isEmpty ? entry : nil, fields.errors)
    }
}

extension FieldReader {
    /// A text as it is: whether it is fit for an entry is for the domain to say.
    mutating func words(_ name: String, required: Bool = false) -> String? {
        string(name, required: required, maximumScalars: 1_000_000, allow: [.blank, .controls])
    }

    mutating func list(_ name: String) -> [String] {
        strings(name, maximum: 100_000, maximumScalars: 1_000_000, allow: [.blank, .controls]) ?? []
    }

    mutating func list<Word: RawRepresentable & CaseIterable>(_ name: String, _ type: Word.Type) -> [Word]
    where Word.RawValue == String {
        let words = list(name)
        let known = words.compactMap(Word.init)
        if known.count < words.count {
            let allowed = Word.allCases.map(\.rawValue).joined(separator: ", ")
            report(name, code: .notAllowed, detail: "must be among \(allowed)")
        }
        return known
    }

    /// How many people; nil: not known.
    mutating func size() -> Int? { int("size", in: 0...RegistryLimit.size) }

    /// `{"zh": "…", "en": "…"}`.
    fileprivate mutating func names() -> Names? {
        guard case .object(let members)? = value("names") else {
            return object("names", required: true) { _ in Names([:]) }
        }
        return object("names") { names in
            Names(
                members.members.compactMap { member in
                    names.words(member.key, required: true).map { Names.Name(member.key, $0) }
                }
            )
        }
    }
}

/// Reads the members of an object by name and type, and collects every mistake instead of stopping at the first.
///
/// ```swift
/// var fields = FieldReader(value)
/// let text = fields.string("text", required: true, maximumScalars: 5_000, allow: .lineBreaks)
/// let groups = fields.objects("groups", maximum: 20) { group in
///     group.string("name", required: true, maximumScalars: 100).map(Group.init)
/// }
/// fields.finish()
/// guard fields.errors.isEmpty, let text else { return .refused(fields.errors) }
/// ```
///
/// Every method gives nil both for a member that is absent and for one that is wrong; only the latter leaves an
/// error. `null` counts as absent. Names are compared scalar by scalar.
package struct FieldReader: Sendable {
    /// Beyond this many, errors are dropped from the end of the document.
    package static let maximumErrors = 100

    /// Where the object stands in the document.
    package let pointer: String

    /// An error with its place in the document: the places of the members and elements that lead to it.
    struct Located: Sendable {
        var order: [Int]
        let error: FieldError
    }

    private let members: [JSONObject.Member]
    private var asked: [Bool]
    private var located: [Located] = []
    /// False for a value that is no object: it has its one error, and nothing more is said about its members.
    let isObject: Bool

    /// A reader of that value; unless it is an object, that is its one error and every member reads as nil.
    package init(_ value: JSONValue, at pointer: String = "") {
        self.pointer = pointer
        if case .object(let object) = value {
            members = object.members
            isObject = true
        } else {
            members = []
            isObject = false
        }
        asked = Array(repeating: false, count: members.count)
        if !isObject {
            let error = FieldError(pointer: pointer, code: .wrongType, detail: "must be an object, not \(value.kind)")
            located.append(Located(order: [], error: error))
        }
    }

    /// A reader of that object.
    package init(_ object: JSONObject, at pointer: String = "") {
        self.init(.object(object), at: pointer)
    }

    /// The mistakes found so far, in document order, missing members behind those of their object that are there;
    /// at most `maximumErrors`.
    package var errors: [FieldError] {
        // The sort must be stable (several mistakes of one place), which the standard library does not promise.
        let sorted = located.enumerated().sorted { left, right in
            if left.element.order == right.element.order { return left.offset < right.offset }
            return left.element.order.lexicographicallyPrecedes(right.element.order)
        }
        return sorted.prefix(Self.maximumErrors).map(\.element.error)
    }

    /// The member as it is, or nil when it is absent or `null`.
    package mutating func value(_ name: String, required: Bool = false) -> JSONValue? {
        take(name, required: required)?.value
    }

    /// Accepts a member without reading it.
    package mutating func ignore(_ name: String) {
        _ = take(name, required: false)
    }

    /// Adds a mistake that the caller found in that member.
    package mutating func report(_ name: String, code: FieldError.Code, detail: String) {
        let index = members.firstIndex { ExactText.same($0.key, name) } ?? members.count
        report(place: [index], pointer: JSONPointer.member(name, of: pointer), code, detail)
    }

    /// Adds a mistake that the caller found in the object as a whole.
    package mutating func report(code: FieldError.Code, detail: String) {
        report(place: [], pointer: pointer, code, detail)
    }

    /// Reports every member that was not asked for. Nested readers are finished by `object` and `objects`; calling it
    /// again reports nothing twice.
    package mutating func finish() {
        for index in members.indices where !asked[index] {
            asked[index] = true
            let pointer = JSONPointer.member(members[index].key, of: pointer)
            report(place: [index], pointer: pointer, .unknownMember, "is not a member of this object")
        }
    }

    /// A member that is there, with what errors about it need.
    struct Found {
        let index: Int
        let value: JSONValue
        fileprivate let name: String
        fileprivate let parent: String

        /// Made when an error, or something within, wants to say it.
        var pointer: String { JSONPointer.member(name, of: parent) }
    }

    /// The member, marked as asked for; nil when absent or `null`, with an error if it is required.
    mutating func take(_ name: String, required: Bool) -> Found? {
        let index = members.firstIndex { ExactText.same($0.key, name) }
        if let index {
            asked[index] = true
            if !members[index].value.isNull {
                return Found(index: index, value: members[index].value, name: name, parent: pointer)
            }
        }
        if required, isObject {
            report(
                place: [index ?? members.count],
                pointer: JSONPointer.member(name, of: pointer),
                .required,
                "must be given"
            )
        }
        return nil
    }

    /// Adds a mistake at a place counted from this object.
    mutating func report(place: [Int], pointer: String, _ code: FieldError.Code, _ detail: String) {
        located.append(Located(order: place, error: FieldError(pointer: pointer, code: code, detail: detail)))
    }

    /// Takes over the mistakes of a nested reader that stands at that place.
    mutating func adopt(_ nested: FieldReader, at place: [Int]) {
        located += nested.located.map { Located(order: place + $0.order, error: $0.error) }
    }
}

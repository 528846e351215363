/// What is wrong with one place of an otherwise well-formed document: one item of a problem's `errors[]`.
package struct FieldError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of mistake, as a stable word that programs read; other targets add their own by literal.
    package struct Code: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }
        package init(stringLiteral value: String) { rawValue = value }
        package var description: String { rawValue }

        /// A member that must be there is missing or `null`.
        package static let required: Self = "required"
        /// A member that nobody asked for.
        package static let unknownMember: Self = "unknown_member"
        /// A value of another kind, or a number that is no integer.
        package static let wrongType: Self = "wrong_type"
        /// Nothing but white space where words are wanted.
        package static let blank: Self = "blank"
        /// More scalars than the maximum.
        package static let tooLong: Self = "too_long"
        /// More elements than the maximum.
        package static let tooMany: Self = "too_many"
        /// A number outside its range.
        package static let outOfRange: Self = "out_of_range"
        /// A value or a character that is not one of those accepted.
        package static let notAllowed: Self = "not_allowed"
        /// Text that does not have the form wanted, for instance of a time.
        package static let badFormat: Self = "bad_format"
        /// The same element twice where each may come once.
        package static let duplicate: Self = "duplicate"
    }

    /// RFC 6901, from the root of the document; names clipped to 40 scalars.
    package let pointer: String
    /// The kind of mistake.
    package let code: Code
    /// The rule in words (`must be one of request, praise`); never quotes the value.
    package let detail: String

    /// An error at that place.
    package init(pointer: String, code: Code, detail: String) {
        self.pointer = pointer
        self.code = code
        self.detail = detail
    }

    package var description: String {
        "\(pointer.isEmpty ? "the document" : pointer): \(detail)"
    }
}

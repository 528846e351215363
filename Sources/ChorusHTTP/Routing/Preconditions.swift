import EventSourcing
import HTTPTypes
import JSONText

/// `If-Match` (RFC 9110): a change is made only to a version that its caller has seen. The `ETag` of a thing is its stream's
/// version, `"7"`.
///
/// Checked inside the decision, on the history that is decided on: nobody can come between.
struct Precondition: Sendable, Equatable {
    private enum Wanted: Sendable, Equatable {
        /// The caller takes whatever stands.
        case nothing
        /// `*`: it must be there.
        case any
        /// Tags that are no version of ours match none, and neither do weak ones.
        case among(Set<Version>)
    }

    private let wanted: Wanted

    /// The precondition of a request.
    ///
    /// - Throws: `Problem` 400 when the header is neither `*` nor a list of entity tags.
    init(_ call: Call) throws(Problem) {
        try self.init(call.request.headers[values: .ifMatch])
    }

    /// - Parameter fields: the values of the header; none when it was not sent.
    init(_ fields: [String]) throws(Problem) {
        let text = fields.joined(separator: ",").trimmingBlanks
        if fields.isEmpty {
            wanted = .nothing
        } else if text == "*" {
            wanted = .any
        } else {
            wanted = .among(try Self.versions(Array(text.utf8)))
        }
    }

    /// The tag of a version, as `ETag` has it.
    static func tag(_ version: Version) -> String { "\"\(version)\"" }

    /// The header of an answer that shows this version.
    static func headers(_ version: Version) -> HTTPFields { [.eTag: tag(version)] }

    /// - Parameters:
    ///   - version: of the stream as it stands; 0 when it does not exist.
    ///   - current: writes the members of what stands, for the problem.
    /// - Throws: `Problem` 412 `changed-meanwhile`.
    func require(_ version: Version, current: (inout JSONWriter) -> Void) throws(Problem) {
        let holds: Bool
        switch wanted {
        case .nothing: holds = true
        case .any: holds = version > 0
        case .among(let versions): holds = versions.contains(version)
        }
        guard !holds else { return }
        var problem = Problem(
            412,
            "changed-meanwhile",
            "this is no longer the version that If-Match names; nothing was changed: look at current, and if it still holds send "
                + "it again with If-Match: \(Self.tag(version))",
            headers: Self.headers(version)
        )
        problem.current = JSONWriter.object { current(&$0) }
        throw problem
    }

    /// The versions that a list of entity tags names.
    private static func versions(_ text: [UInt8]) throws(Problem) -> Set<Version> {
        var versions: Set<Version> = []
        var rest = text[...]
        var isFirst = true
        while true {
            rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            if rest.isEmpty, !isFirst { return versions }
            let isWeak = rest.starts(with: "W/".utf8)
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.popFirst() == UInt8(ascii: "\""), let end = rest.firstIndex(of: UInt8(ascii: "\"")) else {
                throw malformed
            }
            let tag = String(decoding: rest[..<end], as: UTF8.self)
            if !isWeak, let version = Version(tag), String(version) == tag { versions.insert(version) }
            rest = rest[(end + 1)...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            if rest.isEmpty { return versions }
            guard rest.popFirst() == UInt8(ascii: ",") else { throw malformed }
            isFirst = false
        }
    }

    private static var malformed: Problem {
        Problem(
            400,
            "bad-if-match",
            "If-Match must be * or entity tags in quotes, as ETag had them: If-Match: \"7\""
        )
    }
}

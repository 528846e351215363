import HTTPTypes
import Hummingbird
import JSONText

/// What the caller saw last of the thing that it changes: `If-Match: "7"`.
///
/// Two reviewers who change the same thing at once: the second one is told what it is now, and nothing is changed.
struct Precondition: Sendable, Equatable {
    let version: Int

    /// The version that the request names; nil when it names none, or `*`.
    ///
    /// - Throws: `Problem` 400 when it is no version in quotes.
    init?(_ call: Call) throws(Problem) {
        let all = call.request.headers[values: .ifMatch]
        guard let header = all.first?.trimmingBlanks, header != "*" else { return nil }
        guard all.count == 1, header.count >= 3, header.first == "\"", header.last == "\"",
            let version = Int(header.dropFirst().dropLast()), version >= 0
        else {
            throw Problem(
                400,
                "bad-if-match",
                "If-Match must be sent once and hold one version as an ETag gave it, in quotes: \"7\""
            )
        }
        self.version = version
    }

    /// To be called inside the decision, on the state that it is decided on.
    func require(_ present: Int) throws(ChangedMeanwhile) {
        guard present == version else { throw ChangedMeanwhile(present: present) }
    }

    /// The header that tells a version.
    static func tag(_ version: Int) -> HTTPFields { [.eTag: "\"\(version)\""] }
}

/// Somebody changed it since the caller saw it.
struct ChangedMeanwhile: Error, Sendable, Equatable {
    let present: Int
}

extension Problem {
    /// - Parameter current: the members of what it is now.
    static func changedMeanwhile(
        _ error: ChangedMeanwhile,
        _ current: (inout JSONWriter) -> Void
    ) -> Problem {
        var problem = Problem(
            412,
            "changed-meanwhile",
            "somebody changed it since you read it; nothing was changed. current is what it is now: decide again, with its "
                + "version in If-Match",
            headers: Precondition.tag(error.present)
        )
        problem.current = JSONWriter.object(capacity: 1_024, current)
        return problem
    }
}

import HTTPTypes
import Hummingbird
import JSONText
import NIOCore

/// How long a body may be that is read as a whole.
enum RequestBodyLimit {
    static let bytes = 262_144
}

extension Call {
    /// Refuses a body of another kind than the route takes.
    func requireContentType(_ accepted: String) throws(Problem) {
        if let encoding = header(.contentEncoding), encoding.lowercased() != "identity" {
            throw Problem(415, "unsupported-encoding", "the body must be sent without Content-Encoding")
        }
        guard let type = header(.contentType) else {
            throw Problem(415, "unsupported-media-type", "Content-Type must be \(accepted)")
        }
        if type == accepted { return }
        let parts = type.split(separator: ";").map { $0.trimmingBlanks.lowercased() }
        guard parts.first == accepted,
            parts.dropFirst().allSatisfy({
                !$0.hasPrefix("charset=") || ["charset=utf-8", "charset=\"utf-8\""].contains($0)
            })
        else { throw Problem(415, "unsupported-media-type", "Content-Type must be \(accepted), in UTF-8") }
    }

    /// The whole body; refused early when its announced length is over the limit.
    func wholeBody(limit: Int = RequestBodyLimit.bytes) async throws -> ByteBuffer {
        if let length = header(.contentLength).flatMap({ Int($0) }), length > limit { throw Problem.tooLarge(limit) }
        var iterator = request.body.makeAsyncIterator()
        guard var whole = try await iterator.next() else { return ByteBuffer() }
        while var piece = try await iterator.next() {
            guard whole.readableBytes + piece.readableBytes <= limit else { throw Problem.tooLarge(limit) }
            whole.writeBuffer(&piece)
        }
        guard whole.readableBytes <= limit else { throw Problem.tooLarge(limit) }
        return whole
    }

    /// For what has no words of its own: an empty body, or an empty object.
    func requireNoContent() async throws {
        let body = try await wholeBody()
        guard body.readableBytes > 0 else { return }
        try requireContentType("application/json")
        var fields = FieldReader(try JSONValue.parse(body.readableBytesView))
        fields.finish()
        guard fields.errors.isEmpty else { throw Problem.fields(fields.errors) }
    }

    /// The whole body as JSON.
    func jsonBody() async throws -> JSONValue {
        try requireContentType("application/json")
        return try JSONValue.parse(try await wholeBody().readableBytesView)
    }
}

extension StringProtocol {
    /// Without the blanks and tabs around it.
    var trimmingBlanks: String {
        let isVisible: (UInt8) -> Bool = { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        let text = Substring(self)
        guard let first = text.utf8.firstIndex(where: isVisible), let last = text.utf8.lastIndex(where: isVisible)
        else {
            return ""
        }
        return String(text[first...last])
    }
}

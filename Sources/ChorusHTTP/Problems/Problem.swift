import HTTPTypes
import Hummingbird
import JSONText
import NIOCore

/// An answer that says no, after RFC 9457: thrown by routes, written by the door.
struct Problem: Error, Sendable {
    /// One mistake: in the body (a JSON Pointer) or in a parameter of the query.
    struct Item: Sendable, Equatable {
        enum Place: Sendable, Equatable {
            case pointer(String)
            case parameter(String)
        }

        let place: Place
        let code: String
        let detail: String
    }

    let status: Int
    /// Stable and machine-readable; also the last part of `type`.
    let code: String
    /// What was wrong and what to do; never holds words of the person who spoke, nor a key or code.
    let detail: String
    var items: [Item] = []
    var headers: HTTPFields = [:]
    /// For the log of 5xx only.
    var cause: String?
    /// A JSON object: what stands, where a change was meant for something else.
    var current: [UInt8]?

    init(
        _ status: Int,
        _ code: String,
        _ detail: String,
        items: [Item] = [],
        headers: HTTPFields = [:],
        cause: String? = nil
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.items = items
        self.headers = headers
        self.cause = cause
    }

    /// `content-changed` as `Content changed`: one code, one title.
    var title: String {
        let words = code.replacing("-", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// Writes the problem's object.
    func write(to json: inout JSONWriter, trace: TraceID) {
        json.object { json in
            json.field("type", "urn:chorus:problem:" + code)
            json.field("title", title)
            json.field("status", status)
            json.field("detail", detail)
            json.field("code", code)
            json.field("traceId", trace.description)
            if let current { json.field("current", json: current) }
            guard !items.isEmpty else { return }
            json.array("errors", of: items) { json, item in
                json.object { json in
                    switch item.place {
                    case .pointer(let pointer): json.field("pointer", pointer)
                    case .parameter(let name): json.field("parameter", name)
                    }
                    json.field("code", item.code)
                    json.field("detail", item.detail)
                }
            }
        }
    }

    /// The whole answer, `application/problem+json`.
    func response(trace: TraceID) -> Response {
        var json = JSONWriter(capacity: 384)
        write(to: &json, trace: trace)
        var fields = headers
        fields[.contentType] = "application/problem+json"
        return Response(
            status: HTTPResponse.Status(code: status),
            headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes))
        )
    }
}

extension Problem {
    /// Fields of a body that do not hold what they must.
    static func fields(_ errors: [FieldError]) -> Problem {
        Problem(
            422,
            "invalid-fields",
            "the message was not stored; errors[] names each field that must be corrected",
            items: errors.map { Item(place: .pointer($0.pointer), code: $0.code.rawValue, detail: $0.detail) }
        )
    }

    /// A parameter of the query that does not hold what it must.
    static func parameter(_ name: String, _ code: String, _ detail: String) -> Problem {
        Problem(
            400,
            "bad-query",
            "a parameter of the query is wrong: \(name) \(detail)",
            items: [Item(place: .parameter(name), code: code, detail: detail)]
        )
    }

    /// Nothing there, or nothing that this caller may know of.
    static var notFound: Problem { Problem(404, "not-found", "there is nothing at this address that you may read") }

    /// A place in the log that was kept from before the database was restored, copied or promoted.
    static func epochChanged(_ parameter: String, _ advice: String) -> Problem {
        Problem(
            410,
            "epoch-changed",
            "the database was restored, copied or promoted since: what followed may differ; \(advice)",
            items: [
                Item(
                    place: .parameter(parameter),
                    code: "epoch_changed",
                    detail: "belongs to an earlier epoch of the log"
                )
            ]
        )
    }

    static func tooLarge(_ maximum: Int) -> Problem {
        Problem(413, "body-too-large", "the body must not be longer than \(maximum) bytes; use the bulk route for more")
    }

    /// The server cannot do it now; a retry after `seconds` is safe.
    static func unavailable(_ code: String, _ detail: String, seconds: Int = 1, cause: String? = nil) -> Problem {
        Problem(503, code, detail, headers: [.retryAfter: String(seconds)], cause: cause)
    }
}

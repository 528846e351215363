import Demands
import EventSourcing
import HTTPTypes
import Hummingbird
import JSONText
import NIOHTTP1
import Postgres

extension Problem {
    /// The one table from errors to answers.
    ///
    /// Rejections are 422 or 409, lost races 409, failures 5xx; an outcome that is unknown is called unknown.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let failure as StoreFailure: self.init(store: failure)
        case MessageRejection.unknownChannel(let allowed):
            let names = allowed.joined(separator: ", ")
            self = .fields([FieldError(pointer: "/channel", code: .notAllowed, detail: "must be one of: \(names)")])
        case let rejection as any Rejection:
            self.init(rejection.isStateConflict ? 409 : 422, rejection.code, rejection.detail)
        case let conflict as Conflict:
            self.init(409, "conflict", conflict.description, headers: [.retryAfter: "1"])
        case let error as PostgresError: self.init(postgres: error)
        case let error as JSONSyntaxError: self.init(json: error)
        case let error as FieldError: self = .fields([error])
        case let error as HTTPError: self.init(http: error)
        case is HTTPParserError:
            self.init(400, "body-cut-off", "the request ended before its body did; nothing of it was stored")
        case is CancellationError: self = .unavailable("cancelled", "the server is stopping; send the request again")
        default: self = .failure(cause: "\(error)")
        }
    }

    /// A mistake of ours: the trace id leads to the log line.
    static func failure(cause: String) -> Problem {
        Problem(
            500,
            "internal",
            "something went wrong inside the server; the log has more under the traceId",
            cause: cause
        )
    }

    private init(store failure: StoreFailure) {
        switch failure {
        case .queueFull(let wait):
            self = .unavailable("queue-full", failure.description, seconds: max(1, Int(wait.components.seconds)))
        case .outcomeUnknown: self = .unavailable("outcome-unknown", failure.description, cause: "outcome unknown")
        case .unavailable(let reason):
            self = .unavailable(
                "database-unavailable",
                "the database is not available; nothing was stored; send it again",
                cause: reason
            )
        case .unknownTenant: self = .failure(cause: failure.description)
        }
    }

    private init(postgres error: PostgresError) {
        let cause = error.description
        let unavailable = Problem.unavailable(
            "database-unavailable",
            "the database is not available; send the request again",
            cause: cause
        )
        switch error {
        case .connectionFailed, .connectionLost, .poolExhausted, .timedOut(.pool), .timedOut(.connect), .cancelled,
            .closed:
            self = unavailable
        case .timedOut(.statement): self = .tooSlow(cause)
        // The bound of one transaction, which the connection does not know of.
        case .server(let server) where server.sqlState == .queryCancelled: self = .tooSlow(cause)
        case .server(let server) where ["53", "57", "55", "40"].contains(server.sqlState.errorClass):
            self = unavailable
        case .server, .decoding, .misuse: self = .failure(cause: cause)
        }
    }

    private static func tooSlow(_ cause: String) -> Problem {
        .unavailable("too-slow", "the database took too long over this request", seconds: 5, cause: cause)
    }

    /// A body that is no JSON, with the place.
    init(json error: JSONSyntaxError, bulkLine: Int? = nil) {
        if case .tooLarge(let maximum) = error.reason {
            self = .tooLarge(maximum)
            return
        }
        let place = "line \(bulkLine ?? error.line), column \(error.column)"
        self.init(
            400,
            "malformed-json",
            "the text is not the JSON that is accepted here: \(error.reason.sentence) (\(place))",
            items: [
                Item(
                    place: .pointer(error.pointer),
                    code: error.reason.code,
                    detail: "\(error.reason.sentence) (\(place))"
                )
            ]
        )
    }

    private init(http error: HTTPError) {
        switch error.status.code {
        case 404: self = .notFound
        case 413: self = .tooLarge(RequestBodyLimit.bytes)
        case let status:
            self.init(status, "http-\(status)", "the request cannot be answered: \(error.status.reasonPhrase)")
        }
    }
}

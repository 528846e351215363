import EventLog
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The only layer around the routes: finds the route, turns every error into a problem, adds the security headers,
/// writes the log line.
struct Door: HTTPResponder {
    let table: RouteTable
    let logLevel: Logger.Level

    func respond(to request: Request, context: Connection) async throws -> Response {
        let start = ContinuousClock.now
        let trace = TraceID(traceparent: request.headers[.traceContext])
        let target = (request.head.path ?? "/")[...]
        let path = target.prefix { $0 != "?" && $0 != "#" }
        var template = "unknown"
        var response: Response
        do {
            switch table.match(request.method, path) {
            case .found(let route, let parameters):
                template = route.template
                let call = Call(
                    request: request,
                    parameters: parameters,
                    query: Query(Self.query(of: target, after: path)),
                    peer: Peer(context.channel.remoteAddress),
                    trace: trace,
                    logger: context.logger
                )
                response = try await route.respond(call)
                if request.method == .head { response = response.createHeadResponse() }
            case .wrongMethod(let allowed):
                throw Problem(
                    405,
                    "wrong-method",
                    "this address takes \(allowed.joined(separator: ", ")) only",
                    headers: [.allow: allowed.joined(separator: ", ")]
                )
            case .unknown: throw Problem.notFound
            }
        } catch {
            let problem = Problem(error)
            if problem.status >= 500 {
                context.logger.error(
                    "request failed",
                    metadata: [
                        "route": "\(template)", "status": "\(problem.status)", "code": "\(problem.code)",
                        "trace": "\(trace)", "cause": "\(problem.cause ?? problem.detail)",
                    ]
                )
            }
            response = problem.response(trace: trace)
            if request.method == .head { response = response.createHeadResponse() }
        }
        response.headers.append(contentsOf: Self.securityHeaders)
        if context.logger.logLevel <= logLevel {
            context.logger.log(
                level: logLevel,
                "request",
                metadata: [
                    "method": "\(request.method)", "route": "\(template)", "status": "\(response.status.code)",
                    "seconds": "\((ContinuousClock.now - start).seconds)", "trace": "\(trace)",
                ]
            )
        }
        return response
    }

    private static func query(of target: Substring, after path: Substring) -> Substring {
        let rest = target[path.endIndex...]
        guard rest.first == "?" else { return "" }
        return rest.dropFirst().prefix { $0 != "#" }
    }

    /// On every answer.
    static let securityHeaders: HTTPFields = [
        .xContentTypeOptions: "nosniff",
        .cacheControl: "no-store",
        .referrerPolicy: "no-referrer",
        .contentSecurityPolicy: "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    ]
}

/// Names that are not in the library. The fallback is never taken: they are tokens.
extension HTTPField.Name {
    static let link = Self("Link") ?? .date
    static let traceContext = Self("traceparent") ?? .date
    static let referrerPolicy = Self("Referrer-Policy") ?? .date
    static let idempotencyKey = Self("Idempotency-Key") ?? .date
    static let idempotentReplayed = Self("Idempotent-Replayed") ?? .date
    static let rateLimit = Self("RateLimit") ?? .date
    static let rateLimitPolicy = Self("RateLimit-Policy") ?? .date
}

extension Duration {
    /// As a decimal number.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

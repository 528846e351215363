import EventLog
import HTTPTypes
import Hummingbird

/// One door: a method, a path, and what answers there.
///
/// Every route stands in `openapi.yaml` under the same method and template.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// Segments between slashes; `{name}` takes any one segment.
    let template: String
    /// Whether only the idle deadline holds for its body, which is read as fast as it can be stored.
    let streamsBody: Bool
    let respond: @Sendable (Call) async throws -> Response

    init(
        _ method: HTTPRequest.Method,
        _ template: String,
        streamsBody: Bool = false,
        respond: @escaping @Sendable (Call) async throws -> Response
    ) {
        self.method = method
        self.template = template
        self.streamsBody = streamsBody
        self.respond = respond
    }

    /// A route for the holders of a key with any of the scopes.
    static func keyed(
        _ method: HTTPRequest.Method,
        _ template: String,
        _ scopes: Set<Scope>,
        _ access: Access,
        streamsBody: Bool = false,
        respond: @escaping @Sendable (Call, Caller) async throws -> Response
    ) -> Route {
        Route(method, template, streamsBody: streamsBody) { call in
            try await respond(call, try await access.caller(call, scopes: scopes))
        }
    }
}

/// Finds the route of a request.
struct RouteTable: Sendable {
    /// What a path leads to.
    enum Match {
        case found(Route, parameters: [Substring])
        case wrongMethod(allowed: [String])
        case unknown
    }

    private struct Pattern: Sendable {
        /// Nil takes any one segment.
        let segments: [String?]
        var routes: [Route]

        func parameters(of path: [Substring]) -> [Substring]? {
            guard path.count == segments.count else { return nil }
            var parameters: [Substring] = []
            for (segment, text) in zip(segments, path) {
                if let segment {
                    guard segment == text else { return nil }
                } else {
                    guard !text.isEmpty else { return nil }
                    parameters.append(text)
                }
            }
            return parameters
        }
    }

    let routes: [Route]
    private var plain: [Substring: [Route]] = [:]
    private var patterns: [Pattern] = []

    init(_ routes: [Route]) {
        self.routes = routes
        for route in routes {
            guard route.template.contains("{") else {
                plain[Substring(route.template), default: []].append(route)
                continue
            }
            let segments = route.template.split(separator: "/", omittingEmptySubsequences: false)
                .map { $0.hasPrefix("{") ? nil : String($0) }
            if let index = patterns.firstIndex(where: { $0.segments == segments }) {
                patterns[index].routes.append(route)
            } else {
                patterns.append(Pattern(segments: segments, routes: [route]))
            }
        }
    }

    /// - Parameter method: HEAD is answered by the route for GET.
    func match(_ method: HTTPRequest.Method, _ path: Substring) -> Match {
        if let routes = plain[path] { return choose(method, routes, []) }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        for pattern in patterns {
            if let parameters = pattern.parameters(of: segments) { return choose(method, pattern.routes, parameters) }
        }
        return .unknown
    }

    /// Whether the request's body is read as fast as it can be stored.
    func streamsBody(_ method: HTTPRequest.Method, _ path: Substring) -> Bool {
        guard case .found(let route, _) = match(method, path) else { return false }
        return route.streamsBody
    }

    private func choose(_ method: HTTPRequest.Method, _ routes: [Route], _ parameters: [Substring]) -> Match {
        let wanted = method == .head ? .get : method
        if let route = routes.first(where: { $0.method == wanted }) { return .found(route, parameters: parameters) }
        let methods = routes.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] }
        return .wrongMethod(allowed: methods.sorted())
    }
}

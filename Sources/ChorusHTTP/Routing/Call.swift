import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// A request on its way to a route.
struct Call: Sendable {
    let request: Request
    /// The segments that stand for the `{name}`s of the route's template, in order.
    let parameters: [Substring]
    let query: Query
    let peer: Peer
    let trace: TraceID
    let logger: Logger

    func header(_ name: HTTPField.Name) -> String? { request.headers[name] }
}

/// What Hummingbird hands over with a request.
struct Connection: InitializableFromSource, Sendable {
    let channel: any Channel
    let logger: Logger

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
        logger = source.logger
    }
}

/// Whose turn it is in rate limits: an IPv4 address, an IPv6 network of 64 bits, or nothing known.
struct Peer: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    init(_ address: SocketAddress?) {
        switch address {
        case .v4(let address):
            high = 0
            low = UInt64(address.address.sin_addr.s_addr) | 1 << 40
        case .v6(let address):
            let network = withUnsafeBytes(of: address.address.sin6_addr) { $0.loadUnaligned(as: UInt64.self) }
            high = network
            low = 1 << 41
        default:
            high = 0
            low = 0
        }
    }
}

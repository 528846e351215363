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

/// Whose turn it is in rate limits: an IPv4 address (also one that is written as IPv6), an IPv6 network of 64 bits, or
/// nothing known. It is the connection's address: behind a proxy everyone is the proxy.
struct Peer: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    init(_ address: SocketAddress?) {
        switch address {
        case .v4(let address):
            high = 0
            low = UInt64(address.address.sin_addr.s_addr) | 1 << 40
        case .v6(let address):
            let (network, mark, host) = withUnsafeBytes(of: address.address.sin6_addr) { bytes in
                (
                    bytes.loadUnaligned(as: UInt64.self),
                    UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)),
                    bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self)
                )
            }
            high = network
            // ::ffff:0:0/96 holds the IPv4 addresses, as a socket for both kinds shows them.
            low = network == 0 && mark == 0xFFFF ? UInt64(host) | 1 << 40 : 1 << 41
        default:
            high = 0
            low = 0
        }
    }
}

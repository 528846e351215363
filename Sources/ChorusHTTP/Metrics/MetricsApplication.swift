import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// `GET /metrics` on a listener of its own: it tells of all tenants, so it has no place on the door that they use.
///
/// - Parameter onServerRunning: gets the port once it listens.
package func buildMetricsApplication(
    _ metrics: ServerMetrics,
    host: String,
    port: Int,
    logger: Logger,
    onServerRunning: @escaping @Sendable (Int?) async -> Void = { _ in }
) -> some ApplicationProtocol {
    let router = Router()
    router.get("/metrics") { _, _ in
        Response(
            status: .ok,
            headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: await metrics.text()))
        )
    }
    return Application(
        router: router,
        configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
        onServerRunning: { await onServerRunning($0.localAddress?.port) },
        logger: logger
    )
}

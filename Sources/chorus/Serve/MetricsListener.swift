import ChorusHTTP
import Foundation
import Logging
import NIOCore
import ServiceLifecycle

/// Serves `/metrics` on an address of its own, and says on which.
struct MetricsListener: Service {
    let metrics: ServerMetrics
    let address: ListenAddress
    let logger: Logger

    func run() async throws {
        let address = address
        let application = buildMetricsApplication(
            metrics,
            host: address.host,
            port: address.port,
            logger: logger,
            onServerRunning: { port in
                Console.note("Metrics: \(address.url(port: port ?? address.port))/metrics")
            }
        )
        do {
            try await application.run()
        } catch let error as IOError {
            throw Complaint(
                "cannot serve metrics on \(address.host):\(address.port): "
                    + "\(String(cString: strerror(error.errnoCode))). Choose another address with --metrics-address or "
                    + "CHORUS_METRICS_ADDRESS"
            )
        }
    }
}

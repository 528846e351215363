import EventLog
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// The HTTP server over these services; the executable and the tests make it alike.
///
/// - Parameter onServerRunning: gets the port once the server listens.
package func buildApplication(
    _ services: Services,
    configuration: HTTPConfiguration,
    onServerRunning: @escaping @Sendable (Int?) async -> Void = { _ in }
) -> some ApplicationProtocol {
    let table = routeTable(services, configuration: configuration)
    let limits = ConnectionGuard.Limits(configuration) { table.streamsBody($0, $1) }
    var server = HTTP1Channel.Configuration(
        additionalChannelHandlers: [ConnectionGuard(limits)],
        idleTimeout: TimeAmount(configuration.idleTimeout)
    )
    server.httpDecoder = .init(maxHeaderFieldSize: 8_192, maxHeaderListSize: 16_384, maxHeaderFieldCount: 100)
    return Application(
        responder: Door(table: table, logLevel: configuration.requestLogLevel),
        server: .http1(configuration: server),
        configuration: ApplicationConfiguration(
            address: .hostname(configuration.host, port: configuration.port),
            backlog: 1_024,
            availableConnectionsDelegate: MaximumAvailableConnections(
                configuration.maximumConnections,
                logger: services.logger
            )
        ),
        onServerRunning: { await onServerRunning($0.localAddress?.port) },
        logger: services.logger
    )
}

/// Every route; `openapi.yaml` has the same ones.
func routeTable(_ services: Services, configuration: HTTPConfiguration) -> RouteTable {
    let keys = KeyCache(lifetime: configuration.keyLifetime, clock: configuration.clock) { secret in
        try await services.keys.find(secret)
    }
    let wrongKeys = RateLimiter(
        label: "key",
        burst: configuration.wrongKeyBurst,
        perMinute: configuration.wrongKeysPerMinute,
        clock: configuration.clock
    )
    let access = Access(keys: keys, tenants: services.tenants, limiter: wrongKeys)
    let lists = BoundedRead(pool: services.reads, timeout: configuration.listTimeout)
    let intake = RateLimiter(
        label: "intake",
        burst: configuration.intakeBurst,
        perMinute: configuration.intakePerMinute,
        clock: configuration.clock
    )
    let tracking = RateLimiter(
        label: "track",
        burst: configuration.trackingPerMinute,
        perMinute: configuration.trackingPerMinute,
        clock: configuration.clock
    )
    let surveys = RateLimiter(
        label: "survey",
        burst: configuration.surveysPerMinute,
        perMinute: configuration.surveysPerMinute,
        clock: configuration.clock
    )
    let bulk = BulkDoor(
        services: services,
        access: access,
        settings: BulkSettings(configuration),
        seats: BulkSeats(limit: configuration.bulkRequestsPerKey)
    )
    let track = TrackingRoutes(services: services, limiter: tracking)
    return RouteTable(
        FeedbackRoutes(services: services, access: access, intakeLimiter: intake, bulk: bulk).routes
            + SurveyRoutes(services: services, access: access, read: lists, limiter: surveys).routes
            + ResponseRoutes(services: services, access: access, intakeLimiter: intake, bulk: bulk).routes
            + track.routes
            + BriefRoutes(services: services, access: access, read: lists).routes
            + BriefTrackingRoutes(services: services, tracking: track, read: lists).routes
            + DemandRoutes(services: services, access: access, read: lists).routes
            + CorrectionRoutes(services: services, access: access).routes
            + LabelRoutes(services: services, access: access, bulk: bulk).routes
            + ExplanationRoutes(services: services, access: access).routes
            + HandlingRoutes(services: services, access: access).routes
            + ReplyRoutes(services: services, access: access, read: lists).routes
            + SenderRoutes(services: services, access: access).routes
            + ChangesRoutes(services: services, access: access, read: lists).routes
            + InboxRoutes(services: services, access: access, read: lists).routes
            + RoutingRuleRoutes(services: services, access: access).routes
            + ModelRoutes(services: services, access: access).routes
            + TopicRoutes(services: services, access: access, read: lists, intakeLimiter: intake).routes
            + AggregateRoutes(services: services, access: access, read: lists).routes
            + TaxonomyRoutes(services: services, access: access).routes
            + registryRoutes(services: services, access: access)
            + LogRoutes(services: services, access: access).routes
            + HealthRoutes(services: services, clock: configuration.clock).routes
            + [OpenAPIFile().route]
    )
}

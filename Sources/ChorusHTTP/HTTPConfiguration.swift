import EventSourcing
import Logging

/// How the HTTP server behaves; the defaults are those of production.
package struct HTTPConfiguration: Sendable {
    /// The host name or address to listen on.
    package var host = "127.0.0.1"
    /// The port; 0 lets the system choose one.
    package var port = 8080
    /// Further connections wait in the kernel's queue.
    package var maximumConnections = 4_096
    /// A connection that sends or awaits nothing for this long is closed; also the time for a request's head.
    package var idleTimeout: Duration = .seconds(60)
    /// The time for a whole request body; bulk bodies have `idleTimeout` between two pieces instead.
    package var bodyTimeout: Duration = .seconds(30)
    /// A client that takes no byte of an answer for this long, its request being read to the end, is closed.
    package var writeTimeout: Duration = .seconds(60)
    /// Messages that a publishable key may send at once from one peer address.
    package var intakeBurst = 30
    /// Messages a minute that a publishable key may send from one peer address in the long run.
    package var intakePerMinute = 60
    /// Look-ups a minute by tracking code from one peer address.
    package var trackingPerMinute = 120
    /// Readings of a survey a minute with a publishable key from one peer address.
    package var surveysPerMinute = 120
    /// How long an API key is believed without asking the database again: a revoked key works at most this long.
    package var keyLifetime: Duration = .seconds(3)
    /// Wrong keys that one peer address may try at once.
    package var wrongKeyBurst = 60
    /// Wrong keys a minute that one peer address may try in the long run.
    package var wrongKeysPerMinute = 30
    /// The time for each statement of a list: demands and aggregates.
    package var listTimeout: Duration = .seconds(5)
    /// Bulk requests that one API key may have under way.
    package var bulkRequestsPerKey = 4
    /// Lines of one bulk body that are decided at the same time.
    package var bulkWindow = 512
    /// Bytes of bulk results kept in memory while the client does not read; the rest goes to a temporary file.
    package var bulkResultMemory = 4 * 1_048_576
    /// Bytes of bulk results in that file: when they become more, the rest of the body is not read.
    package var bulkResultFile = 1_073_741_824
    /// How long a bulk line waits for a full store before it is answered with 503.
    package var bulkPatience: Duration = .seconds(20)
    /// The level of the one line a request; error answers of class 5xx are logged at `error` besides.
    package var requestLogLevel: Logger.Level = .info
    /// Ages of cached keys and the refilling of rate limits follow this clock.
    package var clock: @Sendable () -> ContinuousClock.Instant = { .now }

    package init() {}
}

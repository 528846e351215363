import Configuration
import Foundation
import Logging

/// Everything that can be set: the flag wins, then the environment, then `chorus.json` in the home.
///
/// An empty variable counts as not set.
struct Settings: Sendable {
    /// As given; may be relative.
    let home: String
    let databaseURL: String?
    let address: String
    let logger: Logger
    private let reader: ConfigReader

    /// Reads all sources once.
    ///
    /// - Parameter flags: further flags of the command, by key (`url`, `key`, `address`).
    static func load(_ options: CommonOptions, flags: [String: String?] = [:]) async throws -> Settings {
        let environment = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        let home = options.home ?? environment["CHORUS_HOME"] ?? ".chorus"
        var given = flags.compactMapValues(\.self)
        given["databaseUrl"] = options.databaseURL
        given["logLevel"] = options.logLevel
        let values = given.map { (AbsoluteConfigKey([$0.key]), ConfigValue(.string($0.value), isSecret: true)) }
        let variables = EnvironmentVariablesProvider(environmentVariables: environment)
            .mapKeys { $0.components == ["databaseUrl"] ? $0 : $0.prepending("chorus") }
        let file: FileProvider<JSONSnapshot>
        do {
            file = try await FileProvider<JSONSnapshot>(filePath: .init("\(home)/chorus.json"), allowMissing: true)
        } catch {
            throw Complaint("\(home)/chorus.json cannot be read: it must be one JSON object (\(oneLine("\(error)")))")
        }
        let reader = ConfigReader(providers: [
            InMemoryProvider(name: "flags", values: Dictionary(uniqueKeysWithValues: values)), variables, file,
        ])
        let level = reader.string(forKey: "logLevel", default: "notice")
        guard let logLevel = Logger.Level(rawValue: level.lowercased()) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw Complaint("\(level) is not a log level; there are: \(levels)")
        }
        var logger = Logger(label: "chorus") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel
        return Settings(
            home: home,
            databaseURL: reader.string(forKey: "databaseUrl", isSecret: true),
            address: reader.string(forKey: "address", default: "127.0.0.1:8080"),
            logger: logger,
            reader: reader
        )
    }

    /// The server that client commands talk to, without a slash at the end.
    var url: String {
        let url = reader.string(forKey: "url") ?? "http://\(address)"
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    /// Whose days tenant `default` counts, from the first start on. The machine's own zone plays no part: a server
    /// often runs in UTC, and its people do not.
    var timeZone: String { reader.string(forKey: "timezone", default: "Asia/Shanghai") }

    /// The admin key that the operator chose; nil: one is made.
    var adminKey: String? { reader.string(forKey: "adminKey", isSecret: true) }

    /// The key that client commands show; nil when nobody gave one and the home has none.
    var clientKey: String? {
        reader.string(forKey: "key", isSecret: true) ?? adminKey ?? KeyFile.admin(in: home).read()
    }

    /// Where a cluster that root starts keeps its data; nil: the default.
    var sharedDataFolder: String? { reader.string(forKey: "sharedData") }

    /// Where `/metrics` is served; nil: nowhere.
    var metricsAddress: String? { reader.string(forKey: "metricsAddress") }

    /// Only tests may run on a database that could lose what it acknowledged.
    var allowsVolatileDatabase: Bool { reader.string(forKey: "allowVolatileDatabase") == "1" }
}

import ArgumentParser

/// Where the server is, who asks it, and how the answer is shown.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server's address.")
    var url: String?

    @Option(
        help: ArgumentHelp(
            "An API key; without it the home's admin key. Better in CHORUS_KEY, where no list of processes shows it.",
            valueName: "key"
        )
    )
    var key: String?

    @Flag(help: "Print the server's answer as one JSON object.")
    var json = false

    @OptionGroup var common: CommonOptions

    func settings() async throws -> Settings {
        try await Settings.load(common, flags: ["url": url, "key": key])
    }

    func client() async throws -> ServerClient { try await client(settings()) }

    func client(_ settings: Settings) throws -> ServerClient {
        guard let key = settings.clientKey else {
            throw Complaint("no key: give one with --key or CHORUS_KEY, or name the server's CHORUS_HOME")
        }
        return ServerClient(url: settings.url, key: key)
    }
}

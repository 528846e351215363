import ArgumentParser

/// The flags that every command has.
struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder of this installation: keys, chorus.json, the private PostgreSQL.",
            valueName: "folder"
        )
    )
    var home: String?

    @Option(
        help: ArgumentHelp(
            "A PostgreSQL (14 or newer) of your own, instead of the private one. Better in DATABASE_URL, where no list of processes shows it.",
            valueName: "url"
        )
    )
    var databaseURL: String?

    @Option(help: "What is logged to stderr: trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?
}

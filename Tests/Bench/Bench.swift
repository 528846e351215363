import ArgumentParser

/// What `scripts/bench` needs beside `chorus` itself: appends without HTTP, logs of a chosen length, an open loop.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chorus-bench",
        abstract: "Load for measurements; each command prints one JSON object. `scripts/bench` runs them.",
        discussion: "DATABASE_URL names the database of a server that may be filled with invented messages.",
        subcommands: [AppendCommand.self, FillCommand.self, LoadCommand.self]
    )
}

import ArgumentParser

struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "Find which demands ask for the same thing.",
        subcommands: [FindTopicsCommand.self]
    )
}

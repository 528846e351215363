import ArgumentParser

struct ProjectionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projections",
        abstract: "Look after the read models that the SQL views show.",
        subcommands: [
            StatusCommand.self, ParkedCommand.self, RetryCommand.self, SkipCommand.self, RebuildCommand.self,
            SwitchCommand.self, DropCommand.self,
        ]
    )
}

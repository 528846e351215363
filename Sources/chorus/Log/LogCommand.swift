import ArgumentParser

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Prove that the log is what was written to it.",
        discussion: """
            Every append is chained to the one before (docs/log.md). Inside the database that finds what was altered, \
            removed or moved; what was cut off or computed anew is found with a receipt that you keep elsewhere.
            """,
        subcommands: [Verify.self, Receipt.self, NewEpoch.self]
    )
}

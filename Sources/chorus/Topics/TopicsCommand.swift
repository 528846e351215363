import ArgumentParser

struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "See which demands ask for the same thing, and set right what was gathered wrongly.",
        discussion: """
            All but `find` ask a running server, with a key of scope reviewer (of the whole tenant) or admin. What is \
            changed is an operation with a number, and `undo` takes it back.
            """,
        subcommands: [
            List.self, Show.self, Merge.self, Split.self, Move.self, Rename.self, Approve.self, Undo.self,
            FindTopicsCommand.self,
        ]
    )

    static let scopes = "reviewer (of the whole tenant) or admin"

    static func missing(_ topic: String) -> String {
        "there is no topic \(topic), or it is part of another one now; `chorus topics list` shows those that stand"
    }
}

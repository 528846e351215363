import ArgumentParser

struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox",
        abstract: "See which demands wait for an answer, and bring them further.",
        discussion: """
            Asks a running server, with a key of scope reviewer or admin. `chorus inbox` alone lists what waits; a key of one \
            organization sees what that organization must answer, stands for, or was shown because it was late.
            """,
        subcommands: [
            List.self, Show.self, Claim.self, Unclaim.self, Accept.self, Start.self, Reply.self, Close.self,
            Reopen.self,
            Escalate.self, Route.self, Decline.self, Refuse.self, Duplicate.self, Mask.self,
        ],
        defaultSubcommand: List.self
    )

    static let scopes = "reviewer or admin"

    static func missing(_ demand: String) -> String {
        "there is no demand \(demand) that this key may read; `chorus inbox` has the ids of those that wait"
    }
}

import ArgumentParser

/// The laws of projections on random histories, in processes that hash differently. `scripts/laws` runs it.
@main
struct ChorusLaws: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chorus-laws",
        abstract: "Project random histories in every manner that must not matter, and compare all rows.",
        discussion: """
            Each history is judged by three processes at once, two with hash seeds of their own and one with a fixed \
            one: live and rebuilt at random places, in batches of 1 to 100,000 events, with projectors in any order, by \
            two engines that fence each other, with releases and without. All must come to the same bytes. Starts a \
            PostgreSQL of its own. Exit status 1: a law is broken, or a control found nothing.
            """,
        subcommands: [Campaign.self, JudgeOne.self],
        defaultSubcommand: Campaign.self
    )
}

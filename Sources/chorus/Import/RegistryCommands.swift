import ArgumentParser

/// What the commands for the four registries share.
struct RegistryImportOptions: ParsableArguments {
    @Argument(help: "A .csv file in UTF-8 whose first row names the columns.")
    var file: String

    @OptionGroup var server: ServerOptions

    func run(_ registry: String) async throws {
        let (outcome, answer) = try await RegistryImport(registry: registry, path: file, client: server.client()).run()
        if server.json { Console.result(answer) }
        switch outcome {
        case .done(let registered, let changed, let unchanged):
            Console.note("\(registry): \(registered) registered, \(changed) changed, \(unchanged) unchanged")
        case .refused(let detail, let mistakes):
            for mistake in mistakes { Console.note("  \(mistake)") }
            Console.complain("\(file): \(detail)")
            throw ExitCode.failure
        }
    }

    /// What every one of the commands says about its file.
    static func discussion(_ columns: String) -> String {
        """
        Columns: code, name (in the tenant's language), name_<language> (name_en, name_zh-Hans, …)\(columns). Several \
        values of one field are separated by semicolons. The file is taken as a whole or not at all; a code that is \
        there already is changed to what the file says, and importing the same file again changes nothing.
        """
    }
}

extension ImportCommand {
    struct OrganizationsCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "organizations",
            abstract: "Register organizations from a CSV file.",
            discussion: RegistryImportOptions.discussion(
                ", parent, roles (steward, responsible), represents and serves (codes of groups)"
            )
        )

        @OptionGroup var options: RegistryImportOptions

        func run() async throws { try await options.run("organizations") }
    }

    struct GroupsCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "groups",
            abstract: "Register groups from a CSV file.",
            discussion: RegistryImportOptions.discussion(
                ", ties (place, school, occupation, affinity, other), aliases, size"
            )
        )

        @OptionGroup var options: RegistryImportOptions

        func run() async throws { try await options.run("groups") }
    }

    struct PlacesCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "places",
            abstract: "Register places from a CSV file.",
            discussion: RegistryImportOptions.discussion(", parent, aliases, size")
        )

        @OptionGroup var options: RegistryImportOptions

        func run() async throws { try await options.run("places") }
    }

    struct ChannelsCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "channels",
            abstract: "Add channels from a CSV file.",
            discussion: RegistryImportOptions.discussion("")
        )

        @OptionGroup var options: RegistryImportOptions

        func run() async throws { try await options.run("channels") }
    }
}

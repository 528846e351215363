import ArgumentParser
import Demands
import FeedbackImport

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import files into a running server.",
        subcommands: [
            FeedbackCommand.self, LabelsCommand.self, OrganizationsCommand.self, GroupsCommand.self, PlacesCommand.self,
            ChannelsCommand.self, TaxonomyCommand.Import.self,
        ]
    )

    struct FeedbackCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "feedback",
            abstract: "Import messages from an NDJSON or CSV file.",
            discussion: """
                --map names for each field of a feedback the field of the file (for CSV: the column), --set gives a value \
                to rows that lack the field. Fields: \(FeedbackField.names); groupTie may be set for mapped groups.

                Rows go through the server's bulk route. A bad row is counted, named and passed over; the command then \
                ends with status 1. Importing the same file again adds nothing, also after a broken-off import: with \
                externalId mapped each row is known by it whoever imports; without it, by its place in the file, the \
                mapping and the key. A row that is known by its externalId and says something else now is refused, or with \
                --on-change amend becomes an amendment: the new content holds, the old one is kept.

                Times without offset need --timezone. A time that clocks showed twice is taken as the first of the two, \
                one that they left out is read with the offset that held before.

                Examples:
                  chorus import feedback messages.ndjson --map text=detail,subject=subject,occurredAt=time \\
                    --map externalId=id,personRef=user,reportedSupport=likes \\
                    --set channel=forum,source=city-forum --timezone Asia/Shanghai --release
                  chorus import feedback letters.csv --map text=Letter,occurredAt=Received --set channel=letter
                """
        )

        @Argument(help: "A .ndjson (.jsonl) file with one object a line, or a .csv file with a header row.")
        var file: String

        @Option(help: ArgumentHelp("Which field of the file fills a field.", valueName: "field=name,…"))
        var map: [String]

        @Option(help: ArgumentHelp("A value for rows that lack the field.", valueName: "field=value,…"))
        var set: [String] = []

        @Option(help: "The zone of times without offset: an IANA name.")
        var timezone: String?

        @Option(
            name: .customLong("on-change"),
            help: ArgumentHelp(
                "What becomes of a row with other content than the message stored under its externalId.",
                valueName: "amend|refuse"
            )
        )
        var onChange = OnChange.refuse

        @Flag(help: "Publish a release at the end; needs the server's database, not only its address.")
        var release = false

        @Option(help: "The tenant to release; the rows go to the tenant of the key.")
        var tenant = "default"

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let settings = try await server.settings()
            let mapping: FeedbackMapping
            do throws(MappingFailure) {
                mapping = try FeedbackMapping(map: map, set: set, timeZone: timezone)
            } catch {
                throw Complaint(error.description)
            }
            let client = try server.client(settings)
            let totals = try await ImportRun(
                file: ImportFile(file),
                mapping: mapping,
                url: client.url,
                key: client.key,
                onChange: onChange
            ).run()
            Console.note(totals.sentence)
            for line in totals.summary { Console.note(line) }
            let published = release ? try await publish(settings) : nil
            if server.json { Console.result(totals.json(release: published)) }
            if totals.refused > 0 { throw ExitCode.failure }
        }

        /// The release's number; nil when it would concern too few people.
        private func publish(_ settings: Settings) async throws -> Int? {
            do {
                let made = try await Database.with(settings) { try await $0.release(tenant: tenant) }
                Console.note("Published release \(made.release) at position \(made.position).")
                return made.release
            } catch let rejection as ReleaseRejection {
                Console.note("Nothing to publish: \(rejection.detail).")
                return nil
            }
        }
    }
}

extension OnChange: ExpressibleByArgument {}

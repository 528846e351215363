import ArgumentParser
import EventLog
import EventSourcing
import Foundation

struct ForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Delete the words of a message, or a person with the words of all their messages, for good.",
        discussion: """
            Erasure takes wording, identity and contact, not the fact that someone spoke: every count stays as it was. \
            The log records that it was done. The server may go on meanwhile. There is no way back.
            """,
        subcommands: [MessageCommand.self, PersonCommand.self]
    )

    struct MessageCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "message",
            abstract: "Forget one message.",
            discussion: """
                Examples:
                  chorus forget message 5f0c2b52-8b1e-8d3a-9c61-0f7c5f2c9a10
                  chorus forget message --source city-forum --external-id 188006
                """
        )

        @Argument(help: "The message's id.")
        var id: String?

        @Option(help: "The source that knows the message by --external-id.")
        var source: String?

        @Option(help: "The message's id at its source.")
        var externalId: String?

        @OptionGroup var forgetting: ForgettingOptions

        func validate() throws {
            guard (id == nil) != (source == nil && externalId == nil), (source == nil) == (externalId == nil) else {
                throw ValidationError("name the message by its id, or by --source and --external-id")
            }
            guard id.map({ UUID(uuidString: $0) != nil }) ?? true else {
                throw ValidationError("a message's id is a UUID, as the answer to the message gave it")
            }
        }

        func run() async throws {
            try await forgetting.run { forgetter in
                if let id = id.flatMap({ UUID(uuidString: $0) }) { return try await forgetter.forget(message: id) }
                let found = try await forgetter.vault.messages(
                    source: source ?? "",
                    externalID: externalId ?? "",
                    tenant: forgetter.tenant.id
                )
                guard let message = found.first else {
                    throw Complaint("source \(source ?? "") has no message by this id, or it was forgotten before")
                }
                guard found.count == 1 else {
                    throw Complaint(
                        "\(found.count) messages have this id at this source (a feedback, or responses to several "
                            + "surveys); name one of them: "
                            + found.map { $0.uuidString.lowercased() }.joined(separator: ", ")
                    )
                }
                return try await forgetter.forget(message: message)
            }
        }
    }

    struct PersonCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "person",
            abstract: "Forget a person: who they are, and the words of all their messages.",
            discussion: """
                Somebody who writes under the same reference later is counted as somebody new.

                Example:
                  chorus forget person --source city-forum --ref A00074011
                """
        )

        @Option(help: "The source that knows the person.")
        var source: String

        @Option(help: "The person's reference (personRef) at that source.")
        var ref: String

        @OptionGroup var forgetting: ForgettingOptions

        func run() async throws {
            try await forgetting.run { forgetter in
                let bar = ProgressBar("forget", unit: "messages")
                defer { bar.finish() }
                return try await forgetter.forget(person: PersonReference(source: source, reference: ref)) {
                    bar.show(done: $0, of: $1)
                }
            }
        }
    }
}

/// What both ways of forgetting have in common.
struct ForgettingOptions: ParsableArguments {
    @Option(help: "The tenant.")
    var tenant = "default"

    @Flag(help: "Print the receipt as one JSON object.")
    var json = false

    @OptionGroup var common: CommonOptions

    func run(_ body: (Forgetter) async throws -> ForgettingReceipt) async throws {
        let settings = try await Settings.load(common)
        let receipt = try await Database.with(settings) { database in
            try await database.withServing(size: 2) { pool in
                let tenant = try await database.tenant(tenant, from: pool)
                return try await body(Forgetter(store: PostgresEventStore(pool: pool), pool: pool, tenant: tenant))
            }
        }
        Console.result(json ? receipt.json : receipt.sentences)
    }
}

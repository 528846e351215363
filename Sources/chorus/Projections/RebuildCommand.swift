import ArgumentParser
import EventLog
import EventSourcing
import Foundation
import JSONText

/// `chorus projections rebuild`.
struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Build read models again from the log, compare them with the live ones, and switch.",
        discussion: """
            Readers and writers go on meanwhile. Says for each whether the new one equals the old one, row by row; ends \
            with status 1 when one does not. A rebuild that was killed goes on where it was when it is started again.

            The old one stays until the next rebuild, and `chorus projections switch` puts it back; --drop-old drops it at \
            once. With --as-of nothing is switched: the read models are built as the log stood then, and their views are \
            in schema review_asof_<name>, for reviewers and operators: the --name, else that of the position (p120000).

            Examples:
              chorus projections rebuild --all
              chorus projections rebuild demand_board --gentle
              chorus projections rebuild --all --parallel 2 --drop-old
              chorus projections rebuild --all --as-of 2026-01-01T00:00:00+08:00 --name new_year
              chorus projections rebuild demand_board --as-of 120000 --tenant default
            """
    )

    @OptionGroup var which: ProjectorNames

    @Option(help: "A position of one tenant's log, or an RFC 3339 time for all tenants.")
    var asOf: String?

    @Option(help: "Of the schema with --as-of: review_asof_<name>. Made from the position or time unless given.")
    var name: String?

    @Option(help: "The tenant whose position --as-of names.")
    var tenant: String = "default"

    @Option(
        help: ArgumentHelp(
            "How many read models are written, and tables compared, at the same time, from 1 to 16. Unless given, as many as "
                + "there are cores, 4 at most; 1 with --gentle."
        )
    )
    var parallel: Int?

    @Flag(help: "Rest as long as it works, for a server under load.")
    var gentle = false

    @Flag(help: "Drop the old ones as soon as the new ones are live.")
    var dropOld = false

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let projectors = try which.projectors()
        var options = Rebuild.Options()
        let parallel = parallel ?? (gentle ? 1 : Rebuild.Options.width)
        guard (1...16).contains(parallel) else { throw Complaint("--parallel takes a number from 1 to 16") }
        options.parallel = parallel
        options.isGentle = gentle
        options.dropsOld = dropOld
        options.asOf = try point()
        let settings = try await Settings.load(common)
        let outcomes = try await Database.with(settings) { database in
            do {
                return try await database.rebuild(projectors, options)
            } catch let error as NotInTheLog {
                throw Complaint(error.description)
            }
        }
        for outcome in outcomes { Console.result(RebuildWords(outcome, options.asOf).text(json: json)) }
        if outcomes.contains(where: { $0.differences?.isEmpty == false }) { throw ExitCode.failure }
    }

    private func point() throws -> AsOf? {
        guard let asOf else {
            if name != nil { throw Complaint("--name goes with --as-of") }
            return nil
        }
        let word = name ?? "p" + asOf.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        let wanted: AsOf?
        if let position = Int64(asOf), position > 0 {
            wanted = AsOf(position, tenant: tenant, name: word)
        } else if let time = Timestamp(rfc3339: asOf) {
            wanted = AsOf(time, name: word)
        } else {
            throw Complaint("--as-of takes a position from 1, or a time such as 2026-01-01T00:00:00+08:00; not \(asOf)")
        }
        guard let wanted else {
            throw Complaint(
                "--name takes a small letter, then small letters, digits and underscores, 40 at most; not \(word)"
            )
        }
        return wanted
    }
}

/// `chorus projections switch`.
struct SwitchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switch",
        abstract: "Put the read models back that were live before the last rebuild.",
        discussion: """
            The old one catches up with the log first and is compared with the present one, which stays in its turn: \
            switching again returns to it.

            Example:
              chorus projections switch demand_board
            """
    )

    @OptionGroup var which: ProjectorNames

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let projectors = try which.projectors()
        let settings = try await Settings.load(common)
        let differs = try await Database.with(settings) { database in
            try await database.withRebuild { rebuild in
                var differs = false
                for projector in projectors {
                    let outcome: Rebuild.Outcome
                    do {
                        outcome = try await rebuild.switchBack(projector)
                    } catch let error as NothingKept {
                        throw Complaint(error.description)
                    }
                    Console.result(RebuildWords(outcome, nil).text(json: json))
                    differs = differs || outcome.differences?.isEmpty == false
                }
                return differs
            }
        }
        if differs { throw ExitCode.failure }
    }
}

/// `chorus projections drop`.
struct DropCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Drop generations that nobody needs: old ones, or those as of a time.",
        discussion: """
            Live read models are never dropped, but for one that this program does not have: then all of it goes, its views
            too. Whoever takes a projector out of the program ends with that.

            Examples:
              chorus projections drop --all
              chorus projections drop --as-of new_year
            """
    )

    @OptionGroup var which: ProjectorNames

    @Option(help: "The name of read models as of a time, instead of old ones.")
    var asOf: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let projectors = asOf == nil ? try which.projectors(orGone: true) : []
        let settings = try await Settings.load(common)
        try await Database.with(settings) { database in
            try await database.withRebuild { rebuild in
                if let asOf {
                    let count = try await rebuild.dropAsOf(asOf)
                    guard count > 0 else {
                        throw Complaint(
                            "nothing was built under the name \(asOf); `chorus projections status` shows what there is"
                        )
                    }
                    Console.result(
                        "review_asof_\(asOf): \(count == 1 ? "1 generation" : "\(count) generations") dropped"
                    )
                }
                for name in asOf == nil ? which.gone : [] {
                    guard try await rebuild.dropAll(of: name) > 0 else { throw ProjectorNames.unknown(name) }
                    Console.result("\(name): dropped, with its views")
                }
                for projector in projectors {
                    let count = try await rebuild.dropKept(projector.name)
                    Console.result(
                        "\(projector.name): \(count == 0 ? "there was no old one" : "the old one is dropped")"
                    )
                }
            }
        }
    }
}

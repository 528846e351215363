import ArgumentParser
import EventLog
import Projectors

/// Which projectors a command is about.
struct ProjectorNames: ParsableArguments {
    @Argument(help: "Names, as `chorus projections status` shows them.")
    var names: [String] = []

    @Flag(help: "All of them.")
    var all = false

    /// - Parameter orGone: names that this program does not know are left to the caller, who finds them in `gone`.
    /// - Throws: `Complaint` when a name is unknown, or none was given.
    func projectors(orGone: Bool = false) throws -> [any PostgresProjector] {
        let projectors = AllProjectors.make()
        if !orGone, let name = gone.first { throw Self.unknown(name) }
        guard all != !names.isEmpty else {
            throw Complaint("name the read models, or all of them with --all")
        }
        return projectors.filter { all || names.contains($0.name) }
    }

    /// Names of no read model of this program.
    var gone: [String] {
        let known = AllProjectors.make().map(\.name)
        return names.filter { !known.contains($0) }
    }

    static func unknown(_ name: String) -> Complaint {
        Complaint("\(name) is not a read model; there are: \(AllProjectors.make().map(\.name).joined(separator: ", "))")
    }
}

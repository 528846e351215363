import ArgumentParser
import EventLog
import Projectors

/// Which projectors a command is about.
struct ProjectorNames: ParsableArguments {
    @Argument(help: "Names, as `chorus projections status` shows them.")
    var names: [String] = []

    @Flag(help: "All of them.")
    var all = false

    /// - Throws: `Complaint` when a name is unknown, or none was given.
    func projectors() throws -> [any PostgresProjector] {
        let projectors = AllProjectors.make()
        let known = projectors.map(\.name)
        for name in names where !known.contains(name) {
            throw Complaint("\(name) is not a read model; there are: \(known.joined(separator: ", "))")
        }
        guard all != !names.isEmpty else {
            throw Complaint("name the read models, or all of them with --all")
        }
        return projectors.filter { all || names.contains($0.name) }
    }
}

import ArgumentParser
import Classification
import Foundation
import ModelTraining

struct ClassifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify",
        abstract: "Train a model that tells what texts are about, judge it, apply it.",
        discussion: """
            Needs no server. A model learns from texts that people labelled: categories of a taxonomy, kinds of a demand, \
            or any other labels. docs/refinement.md says how, and how good it is.
            """,
        subcommands: [Train.self, Evaluate.self, Apply.self, Explain.self, Worker.self]
    )

    /// The child process of a training; for nobody else.
    struct Worker: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "worker", shouldDisplay: false)

        func run() throws {
            let input = try FileHandle.standardInput.readToEnd() ?? Data()
            Console.result(bytes: TrainingWorker.run([UInt8](input)))
        }
    }
}

/// How a model is to be made.
struct TrainingOptions: ParsableArguments {
    @Option(help: "Drop every wording that fewer people's texts share; at least 2.")
    var minimumPeople = TrainingSettings().minimumPeople

    @Option(help: "The parts of cross-validation; at least 2.")
    var folds = TrainingSettings().folds

    func validate() throws {
        guard minimumPeople >= TrainingSettings.leastMinimumPeople else {
            throw ValidationError(
                "--minimum-people must be at least \(TrainingSettings.leastMinimumPeople): with one person alone the model "
                    + "would keep their words"
            )
        }
        guard (2...100).contains(folds) else { throw ValidationError("--folds must be from 2 to 100") }
    }

    var settings: TrainingSettings {
        var settings = TrainingSettings()
        settings.minimumPeople = minimumPeople
        settings.folds = folds
        return settings
    }

    /// A trainer whose children are this program.
    func trainer() -> Trainer { Self.trainer(settings) }

    static func trainer(_ settings: TrainingSettings) -> Trainer {
        let program =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return Trainer(
            settings: settings,
            processes: TrainingProcesses(program: program, arguments: ["classify", "worker"])
        )
    }
}

/// A number between 0 and 1 with four decimals, or as per cent with one.
enum Figure {
    static func share(_ value: Double) -> String { String(format: "%.4f", value) }
    static func percent(_ value: Double) -> String { String(format: "%.1f %%", value * 100) }
}

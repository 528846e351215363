import ArgumentParser
import Classification
import Foundation
import JSONText
import ModelTraining

extension ClassifyCommand {
    struct Train: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Train a model from labelled texts, and say what it is worth.",
            discussion: """
                The file has one JSON object a line: text and label; group (texts about the same thing, kept together in \
                cross-validation) and person (who wrote it, in any form) if known. If one line is wrong, nothing is done.

                Beside the model OUT stands its report, OUT.report.json. When OUT is there already and the new one's \
                macro-F1 is lower, OUT stays as it is and the command ends with status 3, unless --force is given.

                Examples:
                  chorus classify train --labels labelled.ndjson --model categories.model
                  chorus classify train --labels kinds.ndjson --model kinds.model --minimum-people 10 --json
                """
        )

        @Option(help: ArgumentHelp("The labelled texts, as NDJSON.", valueName: "file"))
        var labels: String

        @Option(help: ArgumentHelp("Where the model is written.", valueName: "file"))
        var model: String

        @Option(
            help: ArgumentHelp(
                "The codes that labels may be: one a line, a .csv with a column code, or `chorus taxonomy show --json`.",
                valueName: "file"
            )
        )
        var taxonomy: String?

        @Flag(help: "Write the model even if it is worse than the one that is there.")
        var force = false

        @Flag(help: "Print the report and the comparison as one JSON object.")
        var json = false

        @OptionGroup var training: TrainingOptions

        /// The status when a worse model was not written.
        static let worse = ExitCode(3)

        func run() async throws {
            let codes = try await taxonomy.asyncMap(LabelFile.codes)
            let file = try await LabelFile(labels, needsLabel: true, codes: codes)
            try file.mustBeRight(labels)
            let trainer = training.trainer()
            let bar = ProgressBar("training", unit: "parts")
            let trained = try await trainer.train(file.examples) { bar.show(done: $0, of: trainer.taskCount) }
            bar.finish()
            let old = try standing()
            let comparison = old.map { ModelComparison(of: trained.report.standing, with: $0) }
            let isApplied = force || comparison?.verdict != .worse
            if isApplied {
                try write(Data(trained.bytes), to: model)
                try write(Data(trained.report.json + [0x0A]), to: reportPath)
            }
            if json {
                let output = JSONWriter.object {
                    $0.field("report", trained.report)
                    if let comparison {
                        $0.object("comparison") {
                            $0.field("verdict", comparison.verdict.rawValue)
                            $0.field("before", comparison.before)
                            $0.field("now", comparison.now)
                            $0.field("sameTrainingSet", comparison.isSameSet)
                        }
                    }
                    $0.field("applied", isApplied)
                }
                Console.result(String(decoding: output, as: UTF8.self))
            } else {
                for line in Scoreboard.lines(trained.report) { Console.result(line) }
            }
            if let comparison { Console.note(comparison.sentence) }
            guard isApplied else {
                Console.note("\(model) stays as it is. To replace it nevertheless: --force")
                throw Self.worse
            }
            Console.note("Wrote \(model) (\(trained.bytes.count / 1_024) KB) and \(reportPath).")
        }

        private var reportPath: String { "\(model).report.json" }

        /// What is known of the model that is there; nil when there is none.
        private func standing() throws -> ModelComparison.Standing? {
            guard FileManager.default.fileExists(atPath: model) else { return nil }
            guard let data = FileManager.default.contents(atPath: reportPath),
                let standing = ModelComparison.Standing(reportJSON: [UInt8](data))
            else {
                if force { return nil }
                throw Complaint(
                    "\(model) is there, and \(reportPath), which says how good it is, is not or is no report; "
                        + "give another name, or --force"
                )
            }
            return standing
        }

        /// In one step: whoever reads the file sees the old content or the new.
        private func write(_ data: Data, to path: String) throws {
            do {
                try data.write(to: URL(fileURLWithPath: path), options: .atomic)
            } catch {
                throw Complaint("\(path) cannot be written; does its folder exist, and may you write there?")
            }
        }
    }
}

extension Optional {
    /// The value that an asynchronous closure makes of the one inside.
    fileprivate func asyncMap<T>(_ transform: (Wrapped) async throws -> T) async rethrows -> T? {
        guard let self else { return nil }
        return try await transform(self)
    }
}

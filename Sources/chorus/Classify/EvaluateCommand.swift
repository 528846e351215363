import ArgumentParser
import Classification
import Foundation
import JSONText
import ModelTraining

extension ClassifyCommand {
    struct Evaluate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what training from labelled texts is worth, without keeping a model.",
            discussion: """
                By cross-validation that keeps the texts of a group together; with --test, by training on all of --labels \
                and judging by the texts of the other file.

                Examples:
                  chorus classify evaluate --labels labelled.ndjson
                  chorus classify evaluate --labels labelled.ndjson --test later.ndjson --json
                """
        )

        @Option(help: ArgumentHelp("The labelled texts to learn from, as NDJSON.", valueName: "file"))
        var labels: String

        @Option(help: ArgumentHelp("Labelled texts to judge by.", valueName: "file"))
        var test: String?

        @Flag(help: "Print the scores as one JSON object.")
        var json = false

        @OptionGroup var training: TrainingOptions

        func run() async throws {
            let file = try await LabelFile(labels, needsLabel: true)
            try file.mustBeRight(labels)
            let judged = test == nil ? try await validate(file.examples) : try await judge(file.examples)
            if json { return Console.result(String(decoding: judged.json, as: UTF8.self)) }
            let summary = Scoreboard.summary(
                macroF1: judged.confusion.macroF1,
                deviation: judged.deviation,
                accuracy: judged.confusion.accuracy,
                calibration: judged.answers.expectedCalibrationError()
            )
            for line in summary + [""] + Scoreboard.scores(judged.confusion) + [""]
                + Scoreboard.coverage(judged.answers.coverageCurve())
            {
                Console.result(line)
            }
        }

        private func validate(_ examples: [LabelledText]) async throws -> Judged {
            let trainer = training.trainer()
            let bar = ProgressBar("cross-validating", unit: "folds")
            let found = try await trainer.validate(examples) { bar.show(done: $0, of: trainer.taskCount - 1) }
            bar.finish()
            return Judged(confusion: found.confusion, answers: found.judgements, deviation: found.deviation)
        }

        private func judge(_ examples: [LabelledText]) async throws -> Judged {
            guard let test else { throw Complaint("no --test file") }
            let file = try await LabelFile(test, needsLabel: true)
            try file.mustBeRight(test)
            let trainer = training.trainer()
            let bar = ProgressBar("training", unit: "parts")
            let model = try await trainer.train(examples) { bar.show(done: $0, of: trainer.taskCount) }.model
            bar.finish()
            let categories = Set(model.categories + file.examples.map(\.label)).sorted(by: ModelFile.precedes)
            let places = Dictionary(uniqueKeysWithValues: categories.enumerated().map { ($1, $0) })
            var confusion = ConfusionMatrix(categories: categories)
            var answers: [Judgement] = []
            var classifier = Classifier(model, threshold: 0)
            for example in file.examples {
                let found = classifier.classify(example.text)
                guard let actual = places[example.label], let nearest = places[found.nearest] else { continue }
                confusion.add(actual: actual, found: nearest)
                answers.append(Judgement(confidence: Double(found.confidence), isRight: actual == nearest))
            }
            return Judged(confusion: confusion, answers: answers, deviation: nil)
        }
    }
}

/// What was found, for both ways of judging.
private struct Judged {
    let confusion: ConfusionMatrix
    let answers: [Judgement]
    let deviation: Double?

    var json: [UInt8] {
        JSONWriter.object(capacity: 4_096) {
            $0.field("texts", confusion.total)
            $0.field("macroF1", confusion.macroF1)
            $0.field("macroF1Deviation", ifPresent: deviation)
            $0.field("accuracy", confusion.accuracy)
            $0.field("expectedCalibrationError", answers.expectedCalibrationError())
            $0.array("coverage", of: answers.coverageCurve()) { json, point in json.value(point) }
            $0.array("categories", of: confusion.scores) { json, score in
                json.object {
                    $0.field("code", score.category)
                    $0.field("texts", score.support)
                    $0.field("precision", score.precision)
                    $0.field("recall", score.recall)
                    $0.field("f1", score.f1)
                }
            }
            $0.field("confusion", confusion.counts)
        }
    }
}

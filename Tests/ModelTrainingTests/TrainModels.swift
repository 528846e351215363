import Foundation
import JSONText
import Testing

@testable import Classification
@testable import ModelTraining

/// Trainings in child processes: the built `chorus` beside the test bundle.
enum Children {
    static func processes(atOnce: Int = 2) throws -> TrainingProcesses {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("chorus").path
        return TrainingProcesses(program: program, arguments: ["classify", "worker"], atOnce: atOnce)
    }
}

/// In this process; only for tasks that end before they train, or that never start.
private struct Refusing: TaskRunning {
    func run(_ tasks: [TrainingTask], progress: @escaping @Sendable (Int) -> Void) async throws -> [[UInt8]] {
        throw TrainingFailure.brokenProcess("was asked to run")
    }
}

@Suite struct TrainModels {
    private let messages = Town.messages(300)

    @Test func aModelTellsTheCategories() async throws {
        let trained = try await Trainer(processes: Children.processes()).train(messages)
        var classifier = Classifier(trained.model, threshold: 0.5)
        #expect(classifier.classify("the water pipe has a leak again").category == "water")
        #expect(classifier.classify("学校老师补课").category == "schools")
        #expect(classifier.classify("zzzz").category == nil)
        #expect(trained.report.macroF1 > 0.9)
        #expect(trained.report.expectedCalibrationError < 0.05)
        #expect(try ModelFile.decode(trained.bytes) == trained.model)
        #expect(trained.report.model == ModelFile.name(trained.bytes))
    }

    /// Two trainings, four processes of training each, one and three at once, the texts in another order.
    @Test func theSameTextsGiveTheSameBytes() async throws {
        var settings = TrainingSettings()
        settings.folds = 3
        let first = try await Trainer(settings: settings, processes: Children.processes(atOnce: 1)).train(messages)
        let second = try await Trainer(settings: settings, processes: Children.processes(atOnce: 3))
            .train(messages.reversed())
        #expect(first.bytes == second.bytes)
        #expect(first.report.json == second.report.json)
        // And it is the texts that make them.
        let other = try await Trainer(settings: settings, processes: Children.processes()).train(messages.dropLast())
        #expect(other.bytes != first.bytes)
        #expect(other.report.trainingSet != first.report.trainingSet)
    }

    @Test func aWordingOfFewPeopleIsNotLearned() async throws {
        let secret = "xylophone"
        let secrets = (0..<9).map {
            LabelledText(text: "\(secret) water \($0)", label: "water", person: "the same \($0 % 4)")
        }
        let word = Set(FeatureCounts(secret).keys)
        let all = Set(messages.flatMap { FeatureCounts($0.text).keys })
        func known(_ people: Int) async throws -> Set<UInt32> {
            var settings = TrainingSettings()
            settings.folds = 2
            settings.minimumPeople = people
            let trained = try await Trainer(settings: settings, processes: Children.processes())
                .train(messages + secrets)
            return Set(trained.model.space.keys).intersection(word.subtracting(all))
        }
        #expect(try await known(5).isEmpty)
        #expect(try await !known(4).isEmpty)
    }

    @Test func whatCannotBeTrainedIsSaid() async throws {
        let trainer = Trainer(settings: TrainingSettings(), runner: Refusing())
        await #expect(throws: TrainingFailure.oneCategory(nil)) { try await trainer.train([]) }
        await #expect(throws: TrainingFailure.oneCategory("a")) {
            try await trainer.train([LabelledText(text: "x", label: "a"), LabelledText(text: "y", label: "a")])
        }
        await #expect(throws: TrainingFailure.fewGroups(found: 2, folds: 5)) {
            try await trainer.train([
                LabelledText(text: "x", label: "a"), LabelledText(text: "y", label: "b"),
                LabelledText(text: "y", label: "b"),
            ])
        }
    }

    @Test func nothingSharedIsNothingLearned() async throws {
        let texts = (0..<10).map { LabelledText(text: "水\($0)", label: "\($0 % 2)", person: "one") }
        let failure = TrainingFailure.saidByProcess(TrainingFailure.noFeature(minimumPeople: 5).description)
        await #expect(throws: failure) { try await Trainer(processes: Children.processes()).train(texts) }
    }

    @Test func aProcessThatBreaksIsNamed() async throws {
        for (program, arguments) in [("/bin/false", [String]()), ("/bin/cat", []), ("/nowhere/at/all", [])] {
            await #expect(throws: (any Error).self, "\(program)") {
                try await Trainer(processes: TrainingProcesses(program: program, arguments: arguments))
                    .train(messages)
            }
        }
        #expect(TrainingWorker.run(Array("nonsense".utf8)).first == TrainingWorker.failed)
    }
}

@Suite struct ReportTrainings {
    @Test func aTaskIsReadAsItWasWritten() {
        var settings = TrainingSettings()
        settings.minimumPeople = 9
        settings.cost = 0.25
        let task = TrainingTask(
            settings: settings,
            categories: ["a", "水"],
            fold: 1,
            examples: [
                .init(text: "", label: 0, person: nil, fold: 0), .init(text: "水管\n", label: 1, person: 3, fold: 1),
            ]
        )
        #expect(TrainingTask(bytes: task.bytes) == task)
        for length in 0..<task.bytes.count { #expect(TrainingTask(bytes: Array(task.bytes[..<length])) == nil) }
        #expect(TrainingTask(bytes: task.bytes + [0]) == nil)
    }

    @Test func theDigestIsOfTheSetAndNotOfItsOrder() {
        let messages = Town.messages(20)
        let set = TrainingSet(messages)
        #expect(TrainingSet(messages.reversed()).digest == set.digest)
        #expect(TrainingSet(messages.reversed()).examples == set.examples)
        let doubled = TrainingSet(messages + [messages[0]])
        #expect(doubled.digest != set.digest)
        var relabelled = messages
        relabelled[3] = LabelledText(text: messages[3].text, label: "else", group: messages[3].group)
        #expect(TrainingSet(relabelled).digest != set.digest)
        // Where a part ends counts: the same letters cut differently are another set.
        #expect(
            TrainingSet([LabelledText(text: "ab", label: "c")]).digest
                != TrainingSet([LabelledText(text: "a", label: "bc")]).digest
        )
    }

    /// Three texts in two folds, judged by hand: the first and the second right, the third taken for a.
    @Test func crossValidationJudgesByScores() {
        let judged = CrossValidation(
            categories: ["a", "b"],
            scores: [[1, -1], [-0.5, 0.5], [0.2, -0.1]],
            labels: [0, 1, 1],
            folds: [0, 1, 0],
            foldCount: 2
        )
        #expect(judged.confusion.counts == [[1, 0], [1, 1]])
        #expect(abs(judged.macroF1 - (2.0 / 3 + 2.0 / 3) / 2) < 1e-12)
        // Fold 0: a has F1 2/3, b 0. Fold 1: only b occurs, 1.
        #expect(judged.foldMacroF1.map { ($0 * 1_000).rounded() } == [333, 1_000])
        // The curve for fold 0 was fitted to fold 1 alone, one right answer with evidence 1.25: 1.5 / 2 there, 1 / 2 at -0.5.
        #expect(judged.judgements.map { ($0.confidence * 100).rounded() } == [75, 50, 63])
        #expect(judged.judgements.map(\.isRight) == [true, true, false])
    }

    @Test func comparison() throws {
        let old = ModelComparison.Standing(model: "m1", trainingSet: "s1", macroF1: 0.9)
        func compare(_ model: String, _ set: String, _ macroF1: Double) -> ModelComparison {
            ModelComparison(of: .init(model: model, trainingSet: set, macroF1: macroF1), with: old)
        }
        #expect(compare("m1", "s1", 0.9).verdict == .same)
        #expect(compare("m2", "s1", 0.9).verdict == .better)
        #expect(compare("m2", "s2", 0.95).verdict == .better)
        #expect(compare("m2", "s2", 0.8999).verdict == .worse)
        #expect(
            compare("m2", "s2", 0.05).sentence
                == "It would be worse: macro-F1 0.0500 instead of 0.9000. The two were judged by different texts."
        )
        let read = ModelComparison.Standing(reportJSON: Array(#"{"model":"m1","trainingSet":"s1","macroF1":0.9}"#.utf8))
        #expect(read == old)
        #expect(ModelComparison.Standing(reportJSON: Array("{}".utf8)) == nil)
    }
}

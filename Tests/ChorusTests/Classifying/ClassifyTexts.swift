import Foundation
import JSONText
import Testing

@Suite(.timeLimit(.minutes(5))) struct ClassifyTexts {
    /// Labelled messages: two kinds of words, mixed with words of none, by a rule.
    private func labelled(_ count: Int, noise: Int = 0) -> String {
        let words = [["road", "pothole", "bridge"], ["school", "teacher", "lesson"]]
        return (0..<count).map { number in
            let label = number % 2
            let said = noise > 0 && number % noise == 0 ? 1 - label : label
            let text =
                "please see to the \(words[said][number / 2 % 3]) and \(words[said][number / 6 % 3]) of street \(number % 7)"
            return #"{"text":"\#(text)","label":"\#(["roads", "schools"][label])","person":"p\#(number % 30)"}"# + "\n"
        }.joined()
    }

    @Test func aModelIsTrainedAndApplied() async throws {
        let installation = try Installation.embedded()
        let labels = try installation.file("labels.ndjson", labelled(120))
        let texts = try installation.file(
            "texts.ndjson",
            #"{"text":"the pothole in the road"}"# + "\n\n" + #"{"text":"🙂"}"# + "\n"
        )
        let model = texts.replacing("texts.ndjson", with: "a.model")
        let trained = try await Binary.run(
            ["classify", "train", "--labels", labels, "--model", model, "--json"],
            in: installation
        )
        #expect(trained.status == 0, "\(trained.errors)")
        let output = try JSONValue.parse(trained.output.utf8.dropLast())
        #expect(output["applied"]?.bool == true)
        #expect(output["report"]?["macroF1"]?.double == 1)
        #expect(output["report"]?["texts"]?.int == 120)
        #expect(output["report"]?["people"]?.int == 30)

        let applied = try await Binary.run(
            ["classify", "apply", "--model", model, "--texts", texts],
            in: installation
        )
        let lines = try applied.output.split(separator: "\n").map { try JSONValue.parse($0.utf8) }
        #expect(lines.map { $0["line"]?.int } == [1, 3])
        #expect(lines.first?["category"]?.string == "roads")
        #expect(lines.last?["category"]?.isNull == true)

        let explained = try await Binary.run(["classify", "explain", "--model", model], in: installation)
        #expect(explained.status == 0, "\(explained.errors)")
    }

    @Test func aWorseModelIsNotWrittenUnlessTold() async throws {
        let installation = try Installation.embedded()
        let good = try installation.file("good.ndjson", labelled(120))
        let bad = try installation.file("bad.ndjson", labelled(120, noise: 5))
        let model = good.replacing("good.ndjson", with: "a.model")
        func train(_ labels: String, _ more: [String] = []) async throws -> Binary.Ended {
            try await Binary.run(["classify", "train", "--labels", labels, "--model", model] + more, in: installation)
        }
        #expect(try await train(good).status == 0)
        let first = try Data(contentsOf: URL(fileURLWithPath: model))
        let again = try await train(good)
        #expect(again.status == 0)
        #expect(again.errors.contains("the same model"))
        let worse = try await train(bad)
        #expect(worse.status == 3)
        #expect(worse.errors.contains("It would be worse: macro-F1 0."))
        #expect(try Data(contentsOf: URL(fileURLWithPath: model)) == first)
        #expect(try await train(bad, ["--force"]).status == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: model)) != first)
    }

    @Test func everyWrongLineIsNamed() async throws {
        let installation = try Installation.embedded()
        let labels = try installation.file(
            "labels.ndjson",
            #"{"text":"a","label":"roads"}"# + "\n" + "{" + "\n" + #"{"text":"a"}"# + "\n" + #"{"text":7,"label":"x"}"#
                + "\n" + #"{"text":" ","label":"roads","else":1}"# + "\n" + #"{"text":"b","label":"rods"}"# + "\n"
        )
        let codes = try installation.file("codes.txt", "roads\nschools\n")
        let model = labels.replacing("labels.ndjson", with: "a.model")
        let refused = try await Binary.run(
            ["classify", "train", "--labels", labels, "--model", model, "--taxonomy", codes],
            in: installation
        )
        #expect(refused.status == 1)
        for words in [
            "line 2: is not JSON", "line 3: label: must be given", "line 4: text: must be a string",
            "line 4: text: must be a string, not a number; label: is no code of the taxonomy",
            "line 5: text: must have words to learn from", "not read: else. Read are text, label, group, person.",
            "line 6: label: is no code of the taxonomy", "5 of 6 lines are wrong; nothing was done",
        ] { #expect(refused.errors.contains(words), "\(refused.errors)") }
        #expect(!FileManager.default.fileExists(atPath: model))
    }

    @Test func whatIsNoModelIsNamed() async throws {
        let installation = try Installation.embedded()
        let texts = try installation.file("texts.ndjson", #"{"text":"a"}"#)
        let refused = try await Binary.run(
            ["classify", "apply", "--model", texts, "--texts", texts],
            in: installation
        )
        #expect(refused.status == 1)
        #expect(refused.complaint.contains("this is no model"))
    }

    @Test func evaluationKeepsNoModel() async throws {
        let installation = try Installation.embedded()
        let labels = try installation.file("labels.ndjson", labelled(120, noise: 10))
        let test = try installation.file("test.ndjson", labelled(20))
        let found = try await Binary.run(["classify", "evaluate", "--labels", labels, "--json"], in: installation)
        let scores = try JSONValue.parse(found.output.utf8.dropLast())
        // Every tenth text says the opposite of its label: no rule finds that out.
        #expect(abs((scores["accuracy"]?.double ?? 0) - 0.9) < 0.02, "\(found.output)")
        let judged = try await Binary.run(
            ["classify", "evaluate", "--labels", labels, "--test", test, "--json"],
            in: installation
        )
        #expect(try JSONValue.parse(judged.output.utf8.dropLast())["accuracy"]?.double == 1)
        let shown = try await Binary.run(["classify", "evaluate", "--labels", labels], in: installation)
        #expect(shown.output.contains("macro-F1"))
    }
}

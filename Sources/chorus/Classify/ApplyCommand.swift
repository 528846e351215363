import ArgumentParser
import Classification
import Foundation
import JSONText

extension ClassifyCommand {
    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Classify texts by a model.",
            discussion: """
                Prints one JSON object a line, in the order of the file: line, category (null: unclassified, its \
                confidence is below the threshold), nearest, confidence, second. The report of `train` says which \
                threshold classifies how many texts, and how well.

                Examples:
                  chorus classify apply --model categories.model --texts new.ndjson
                  chorus classify apply --model categories.model --texts new.ndjson --threshold 0.85
                """
        )

        @OptionGroup var source: ModelOption

        @Option(help: ArgumentHelp("The texts, as NDJSON: one object with text a line.", valueName: "file"))
        var texts: String

        @Option(help: "Below this confidence (0 to 1) a text is unclassified.")
        var threshold: Float = 0.5

        @Flag(help: "Print only how many texts one core classifies in a second of its time.")
        var time = false

        func validate() throws {
            guard (0...1).contains(threshold) else { throw ValidationError("--threshold must be from 0 to 1") }
        }

        func run() async throws {
            let model = try source.load()
            let file = try await LabelFile(texts, needsLabel: false)
            try file.mustBeRight(texts)
            var classifier = Classifier(model, threshold: threshold)
            if time { return measure(&classifier, file.rows.map(\.text)) }
            var output: [UInt8] = []
            for row in file.rows {
                let found = classifier.classify(row.text)
                output += JSONWriter.object {
                    $0.field("line", row.line)
                    $0.field("category", found.category)
                    $0.field("nearest", found.nearest)
                    $0.field("confidence", Double(found.confidence))
                    $0.field("second", found.second)
                }
                output.append(0x0A)
                if output.count > 65_536 {
                    Console.result(bytes: output)
                    output.removeAll(keepingCapacity: true)
                }
            }
            Console.result(bytes: output)
        }

        /// Classifies the texts again and again for about two seconds of processor time.
        private func measure(_ classifier: inout Classifier, _ texts: [String]) {
            var (count, sum) = (0, Float(0))
            for text in texts { sum += classifier.classify(text).confidence }
            let start = clock()
            repeat {
                for text in texts { sum += classifier.classify(text).confidence }
                count += texts.count
            } while clock() - start < 2 * CLOCKS_PER_SEC
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            let output = JSONWriter.object {
                $0.field("texts", count)
                $0.field("seconds", seconds)
                $0.field("textsPerSecond", Double(count) / seconds)
                $0.field("meanConfidence", Double(sum) / Double(count + texts.count))
            }
            Console.result(String(decoding: output, as: UTF8.self))
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say which pieces of a text decided its category.",
            discussion: """
                Computed from the text, stored nowhere. A positive share speaks for the category, a negative one for the \
                second.

                Example:
                  echo "小区物业乱收费" | chorus classify explain --model categories.model
                """
        )

        @OptionGroup var source: ModelOption

        @Option(help: "How many pieces at most.")
        var pieces = 12

        func run() async throws {
            let model = try source.load()
            let input = try FileHandle.standardInput.readToEnd() ?? Data()
            guard let text = String(validating: input, as: UTF8.self) else { throw Complaint("the text is not UTF-8") }
            let explanation = model.explanation(of: text, limit: max(1, pieces))
            var classifier = Classifier(model, threshold: 0)
            let confidence = Double(classifier.classify(text).confidence)
            Console.result(
                "\(explanation.category), confidence \(Figure.percent(confidence))"
                    + (explanation.other.map { ", before \($0)" } ?? "")
            )
            Table(["SHARE", "TIMES", "WHERE", "PIECE"]).show(
                explanation.pieces.map {
                    [
                        String(format: "%+.3f", $0.share), "\($0.count)", $0.isOpening ? "opening" : "text",
                        "\u{201C}\($0.words)\u{201D}",
                    ]
                }
            )
        }
    }
}

/// The model to use.
struct ModelOption: ParsableArguments {
    @Option(help: ArgumentHelp("The model, as `chorus classify train` wrote it.", valueName: "file"))
    var model: String

    func load() throws -> LinearModel {
        guard let data = FileManager.default.contents(atPath: model) else {
            throw Complaint("\(model) cannot be read")
        }
        do {
            return try ModelFile.decode([UInt8](data))
        } catch {
            throw Complaint("\(model): \(error)")
        }
    }
}

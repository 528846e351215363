import ArgumentParser
import Demands
import JSONText

struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Train the models that classify a tenant's demands, and say which are in use.",
        discussion: """
            Asks a running server, with a key of scope admin; to list models the scope reviewer does. Models out of files, \
            without a server: chorus classify
            """,
        subcommands: [List.self, Train.self, Activate.self, Attempt.self, Deactivate.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the models, what each is worth, and which are in use.",
            discussion: """
                STATUS: active (it classifies), beside (what it says is recorded and changes nothing), kept. MACRO-F1, \
                ACCURACY and CALIBRATION (expected error) are cross-validated, each on the model's own texts.

                Example:
                  chorus models list
                """
        )

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try await server.client()
            let asked = try await client.get(["models"])
            let answer = try asked.accepted(from: client.url, scopes: "admin or reviewer")
            if server.json { return Console.result(asked.text) }
            let models = answer["models"]?.array ?? []
            ModelTable.show(models)
            if models.isEmpty { Console.note("No model yet: chorus models train --target category") }
        }
    }

    struct Train: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Train a model from what people said of the demands.",
            discussion: """
                It learns from the categories (or kinds) that reviewers set and collectors gave, on the server. The model is \
                kept, and in use once it is activated. The same labels make the same model, which is not added twice.

                Examples:
                  chorus models train --target category
                  chorus models train --target kind --minimum-people 10
                """
        )

        @Option(help: "What it is to tell: category or kind.")
        var target: ModelTarget

        @Option(help: "Drop every wording that fewer people's texts share, from 2 to 1000; without it 5.")
        var minimumPeople: Int?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try await server.client()
            let body = JSONWriter.object { json in
                json.field("target", target.rawValue)
                if let minimumPeople { json.field("minimumPeople", minimumPeople) }
            }
            let asked = try await Waiting.during("training on \(client.url)") {
                try await client.post(["models"], body, within: .hours(1))
            }
            let answer = try asked.accepted(
                from: client.url,
                scopes: "admin",
                advice: ["known-model": "`chorus models list` shows it"]
            )
            if server.json { return Console.result(asked.text) }
            let number = answer["model"]?.int ?? 0
            ModelTable.show([answer])
            Console.note(
                "Model \(number) is kept. To let it classify: chorus models activate \(number) --threshold 0.6"
            )
        }
    }

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a model classify, in place of the one in use.",
            discussion: """
                It reads every demand from the log's beginning on; what a reviewer said or a collector gave stays. What it is \
                less sure of than the threshold stays unclassified. A model with a lower score than the one in use is refused \
                unless --force.

                Example:
                  chorus models activate 3 --threshold 0.6
                """
        )

        @OptionGroup var model: ModelOptions

        @Option(help: "How sure it must be, from 0 to 1.")
        var threshold: Double

        @Flag(help: "Even if its score is lower than that of the model in use.")
        var force = false

        func run() async throws {
            let body = JSONWriter.object { json in
                json.field("threshold", threshold)
                if force { json.field("force", true) }
            }
            try await model.post("activate", body) {
                "Model \($0["model"]?.int ?? 0) classifies now, where it is at least \(threshold) sure."
            }
        }
    }

    struct Attempt: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run a model beside the one in use.",
            discussion: """
                What it says of each demand is recorded and changes nothing; the view review.model_flows shows what it would \
                change.

                Example:
                  chorus models attempt 4 --threshold 0.6
                """
        )

        @OptionGroup var model: ModelOptions

        @Option(help: "How sure it must be, from 0 to 1.")
        var threshold: Double

        func run() async throws {
            try await model.post("attempt", JSONWriter.object { $0.field("threshold", threshold) }) {
                "Model \($0["model"]?.int ?? 0) runs beside the one in use; the view review.model_flows shows what it would change."
            }
        }
    }

    struct Deactivate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the model that classifies out of use.",
            discussion: """
                What it said stays; demands that come in later get a category from keywords only.

                Example:
                  chorus models deactivate 3
                """
        )

        @OptionGroup var model: ModelOptions

        func run() async throws {
            try await model.post("deactivate", Array("{}".utf8)) {
                "Model \($0["model"]?.int ?? 0) is out of use; what it said stays."
            }
        }
    }
}

extension ModelTarget: ExpressibleByArgument {}

/// One model of the server, and what is to be done with it.
struct ModelOptions: ParsableArguments {
    @Argument(help: "The model's number.")
    var number: Int

    @OptionGroup var server: ServerOptions

    /// - Parameter done: what is so now, given the server's answer.
    func post(_ verb: String, _ body: [UInt8], _ done: (JSONValue) -> String) async throws {
        let client = try await server.client()
        let answer = try await client.post(["models", "\(number)", verb], body)
        let model = try answer.accepted(
            from: client.url,
            scopes: "admin",
            missing: "there is no model \(number); `chorus models list` shows those that there are",
            advice: [
                "lower-score": "With --force it is taken all the same",
                "not-active": "`chorus models list` shows which is",
            ]
        )
        if server.json { return Console.result(answer.text) }
        Console.note(done(model))
    }
}

/// Models as the server tells of them.
private enum ModelTable {
    static func show(_ models: [JSONValue]) {
        Table([
            "MODEL", "TARGET", "STATUS", "THRESHOLD", "TEXTS", "LABELS", "MACRO-F1", "ACCURACY", "CALIBRATION",
            "DIGEST",
        ]).show(
            models.map { model in
                func number(_ name: String) -> String { model[name]?.double.map { "\($0)" } ?? "" }
                func count(_ name: String) -> String { model[name]?.int.map { "\($0)" } ?? "" }
                return [
                    count("model"), model["target"]?.string ?? "", model["status"]?.string ?? "", number("threshold"),
                    count("examples"), count("labels"), number("macroF1"), number("accuracy"),
                    number("calibrationError"), String((model["digest"]?.string ?? "").prefix(12)),
                ]
            }
        )
    }
}

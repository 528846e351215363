import ArgumentParser
import JSONText

extension InboxCommand {
    struct Claim: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a demand in hand, so that others see it.")
        @OptionGroup var options: DemandOptions
        func run() async throws { try await options.take("claim") }
    }

    struct Unclaim: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give a demand back to whoever takes it next.")
        @OptionGroup var options: DemandOptions
        func run() async throws { try await options.take("unclaim") }
    }

    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say that a demand is yours to answer.")
        @OptionGroup var options: DemandOptions
        func run() async throws { try await options.take("accept") }
    }

    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say that work on a demand has begun.")
        @OptionGroup var options: DemandOptions
        func run() async throws { try await options.take("start") }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that the answer stands and nothing more is to come."
        )
        @OptionGroup var options: DemandOptions
        func run() async throws { try await options.take("close") }
    }

    struct Reopen: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Open a demand again that was answered or ended.")

        @OptionGroup var options: DemandOptions

        @Option(help: "Why; who spoke reads it.")
        var reason: String?

        func run() async throws { try await options.take("reopen", .reason(reason)) }
    }

    struct Escalate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a demand to the organization above the one that is responsible, too."
        )
        @OptionGroup var options: DemandOptions
        func run() async throws { try await options.take("escalate") }
    }

    struct Route: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say who is responsible for a demand.",
            discussion: """
                Example:
                  chorus inbox route 3f0c…-….1 --responsible roads --steward union --reason "A city road"
                """
        )

        @OptionGroup var options: DemandOptions

        @Option(help: "The code of the organization that must answer.")
        var responsible: String

        @Option(help: "The code of the one that stands for the group; without it the same.")
        var steward: String?

        @Option(help: "Why; for colleagues only.")
        var reason: String?

        func run() async throws {
            try await options.take(
                "route",
                JSONWriter.object { json in
                    json.field("responsible", responsible)
                    json.field("steward", ifPresent: steward)
                    json.field("reason", ifPresent: reason)
                }
            )
        }
    }

    struct Decline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that a demand is not yours: it goes to whoever stands above."
        )

        @OptionGroup var options: DemandOptions

        @Option(help: "Why; for colleagues only.")
        var reason: String

        func run() async throws { try await options.take("decline", .reason(reason)) }
    }

    struct Refuse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that nothing will be done about a demand, and why."
        )

        @OptionGroup var options: DemandOptions

        @Option(help: "Why; who spoke reads it.")
        var reason: String

        func run() async throws { try await options.take("refuse", .reason(reason)) }
    }

    struct Duplicate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that another demand stands for this one, which keeps its voice in every count."
        )

        @OptionGroup var options: DemandOptions

        @Option(help: "The id of the demand that stands for it.")
        var of: String

        func run() async throws { try await options.take("duplicate", JSONWriter.object { $0.field("of", of) }) }
    }

    struct Mask: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show parts of a demand's words to nobody.",
            discussion: """
                A span is FROM-TO, counted in Unicode scalars from 0; TO is not masked any more. What is given replaces what \
                was masked before; `none` masks nothing any more.

                Examples:
                  chorus inbox mask 3f0c…-….1 --spans 3-10,20-25
                  chorus inbox mask 3f0c…-….1 --spans none
                """
        )

        @OptionGroup var options: DemandOptions

        @Option(help: "The spans, separated by commas; or none.")
        var spans: String

        @Option(help: "The number of another passage of the message; without it the one that words the demand.")
        var passage: Int?

        func run() async throws {
            let spans = try Self.spans(spans)
            try await options.take(
                "mask",
                JSONWriter.object { json in
                    json.field("passage", ifPresent: passage)
                    json.array("spans", of: spans) { json, span in
                        json.object { json in
                            json.field("from", span.from)
                            json.field("to", span.to)
                        }
                    }
                }
            )
        }

        /// `3-10,20-25`.
        static func spans(_ text: String) throws -> [(from: Int, to: Int)] {
            if text == "none" { return [] }
            return try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
                let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                    .map { Int($0.drop { $0 == " " }) }
                guard ends.count == 2, let from = ends[0], let to = ends[1], from < to else {
                    throw Complaint("--spans \(text): \(part) is no span; write them like 3-10,20-25, or none")
                }
                return (from, to)
            }
        }
    }
}

extension [UInt8] {
    fileprivate static func reason(_ reason: String?) -> [UInt8] {
        JSONWriter.object { $0.field("reason", ifPresent: reason) }
    }
}

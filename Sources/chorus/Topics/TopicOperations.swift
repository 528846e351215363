import ArgumentParser
import JSONText

/// Has the server carry out an operation on topics, and says what became of it.
private struct TopicOperation {
    let path: [String]
    let body: [UInt8]
    /// When there is nothing of that name.
    let missing: String

    /// - Parameter done: what is so now, given the operation's number.
    func run(_ server: ServerOptions, _ done: (_ operation: Int) -> String) async throws {
        let client = try await server.client()
        let answer = try await client.post(path, body)
        let body = try answer.accepted(
            from: client.url,
            scopes: TopicsCommand.scopes,
            missing: missing,
            advice: [
                "later-operations": "The view review.topic_operations lists them",
                "not-placed": "`chorus topics list` shows how far the finder has come",
            ]
        )
        if server.json { Console.result(answer.text) }
        guard let number = body["operation"]?.int else { return Console.note("Nothing changed: it is so already.") }
        Console.note("\(done(number)) This is operation \(number); to take it back: chorus topics undo \(number)")
    }
}

extension TopicsCommand {
    struct Merge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make topics part of another one.",
            discussion: """
                A known person counts once in the topic, whatever demands they have in it.

                Example:
                  chorus topics merge t20 t31 --into t17
                """
        )

        @Argument(help: "The topics that end.")
        var from: [String]

        @Option(help: "The topic that they become part of.")
        var into: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let body = JSONWriter.object { json in json.array("from", of: from) { $0.value($1) } }
            try await TopicOperation(path: ["topics", into, "merge"], body: body, missing: TopicsCommand.missing(into))
                .run(server) { _ in "Merged \(from.joined(separator: ", ")) into \(into)." }
        }
    }

    struct Split: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make some demands of a topic a topic of their own.",
            discussion: """
                `chorus topics show` has the ids of its demands.

                Example:
                  chorus topics split t17 3f0c…-….1 8a41…-….1
                """
        )

        @Argument(help: "The topic.")
        var topic: String

        @Argument(help: "Ids of its demands.")
        var demands: [String]

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let body = JSONWriter.object { json in json.array("demands", of: demands) { $0.value($1) } }
            try await TopicOperation(
                path: ["topics", topic, "split"],
                body: body,
                missing: TopicsCommand.missing(topic)
            )
            .run(server) { "Split \(demands.count) of its demands off \(topic): topic s\($0)." }
        }
    }

    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move a demand to another topic.",
            discussion: """
                Example:
                  chorus topics move 3f0c…-….1 --to t17
                """
        )

        @Argument(help: "The demand's id.")
        var demand: String

        @Option(help: "The topic that it belongs to.")
        var to: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let body = JSONWriter.object { $0.field("topic", to) }
            try await TopicOperation(
                path: ["demands", demand, "topic"],
                body: body,
                missing: "there is no demand \(demand); `chorus topics show` has the ids of a topic's demands"
            ).run(server) { _ in "Moved to \(to)." }
        }
    }

    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a topic a working title, for reviewers.",
            discussion: """
                If everybody could see the title so far, they do no longer: `chorus topics approve` lets them see it.

                Example:
                  chorus topics rename t17 "Mixing plant beside the estate"
                """
        )

        @Argument(help: "The topic.")
        var topic: String

        @Argument(help: "The title, of 120 characters at most.")
        var title: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            try await TopicsCommand.setTitle(title, of: topic, isApproved: false, server)
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let everybody see a topic's title.",
            discussion: """
                Without a title the one that reviewers see now. Never approve one that tells who spoke.

                Examples:
                  chorus topics approve t17
                  chorus topics approve t17 "Mixing plant beside the estate"
                """
        )

        @Argument(help: "The topic.")
        var topic: String

        @Argument(help: "The title; without it the present one.")
        var title: String?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let approved = if let title { title } else { try await presentTitle() }
            try await TopicsCommand.setTitle(approved, of: topic, isApproved: true, server)
        }

        private func presentTitle() async throws -> String {
            let client = try await server.client()
            let answer = try await client.get(["topics", topic], [("limit", "1")])
                .accepted(from: client.url, scopes: TopicsCommand.scopes, missing: TopicsCommand.missing(topic))
            guard let title = answer["title"]?.string else {
                throw Complaint("\(topic) has no title yet; give one: chorus topics approve \(topic) \"…\"")
            }
            return title
        }
    }

    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an operation on topics back, as if it had never been done.",
            discussion: """
                Joins by the finder are operations, too: the view review.topic_operations lists all of them. What later \
                operations stand on is taken back after them.

                Example:
                  chorus topics undo 4
                """
        )

        @Argument(help: "The operation's number.")
        var operation: Int

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try await server.client()
            let answer = try await client.post(["topics", "operations", "\(operation)", "undo"], Array("{}".utf8))
            let body = try answer.accepted(
                from: client.url,
                scopes: TopicsCommand.scopes,
                advice: ["later-operations": "Undo those first; the view review.topic_operations lists them"]
            )
            if server.json { Console.result(answer.text) }
            let isNew = body["operation"]?.int != nil
            Console.note(
                isNew
                    ? "Operation \(operation) counts no longer."
                    : "Nothing changed: operation \(operation) was taken back before."
            )
        }
    }

    private static func setTitle(
        _ title: String,
        of topic: String,
        isApproved: Bool,
        _ server: ServerOptions
    ) async throws {
        let body = JSONWriter.object { json in
            json.field("title", title)
            if isApproved { json.field("approve", true) }
        }
        try await TopicOperation(path: ["topics", topic, "title"], body: body, missing: missing(topic)).run(server) {
            _ in
            isApproved ? "Everybody may see the title of \(topic) now: \(title)." : "\(topic) is called \(title) now."
        }
    }
}

import ArgumentParser
import AsyncHTTPClient
import CSVRows
import FeedbackImport
import JSONText

/// `chorus import labels`.
struct LabelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "labels",
        abstract: "Say what reviewers say of many demands: categories, kinds.",
        discussion: """
            Fields of a row: demand (its id), or source and externalId of its message and, if it is not the first one, \
            number; category, kind, or both. Other fields are passed over. Each row is a reviewer's correction. A bad \
            row is counted, named and passed over; the command then ends with status 1. The same file again changes \
            nothing, unless somebody has said something else meanwhile.

            Examples:
              chorus import labels labels.csv
              chorus import labels labels.ndjson --json
            """
    )

    @Argument(help: "A .ndjson (.jsonl) file with one object a line, or a .csv file with a header row.")
    var file: String

    @Option(help: "The server's address.")
    var url: String?

    @Option(help: "An API key with scope reviewer. Better in CHORUS_KEY, where no list of processes shows it.")
    var key: String?

    @Flag(help: "Print the totals as one JSON object.")
    var json = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try await Settings.load(common, flags: ["url": url, "key": key])
        guard let key = settings.clientKey else {
            throw Complaint("no key: give one with --key or CHORUS_KEY, or name the server's CHORUS_HOME")
        }
        let file = try ImportFile(file)
        if let columns = try file.columns() {
            let names = LabelLine.fields.joined(separator: ", ")
            guard columns.contains(where: { LabelLine.fields.contains($0) }) else {
                throw Complaint(
                    "\(file.path) has none of the columns \(names); it has: \(columns.joined(separator: ", "))"
                )
            }
        }
        let totals = try await send(file, to: settings.url, key)
        Console.note(totals.sentence)
        for line in totals.summary { Console.note(line) }
        if json { Console.result(totals.json(release: nil)) }
        if totals.refused > 0 { throw ExitCode.failure }
    }

    private func send(_ file: ImportFile, to url: String, _ key: String) async throws -> ImportTotals {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: ImportRun.configuration)
        let bulk = BulkClient(
            client: client,
            url: url,
            key: key,
            // A label that is there already is recognised without.
            idempotency: nil,
            path: "/v1/demands/labels?results=refused",
            scope: "reviewer"
        )
        do {
            var totals = ImportTotals()
            var chunks = FeedbackChunks(maximumLines: ImportRun.linesPerRequest)
            try await file.forEachRow { row in
                totals.read += 1
                let line: [UInt8]
                do throws(RowRefusal) {
                    line = try LabelLine.bytes(of: row)
                } catch {
                    totals.refuse(error)
                    return
                }
                if let chunk = chunks.add(line, line: row.line) { totals.add(try await bulk.send(chunk)) }
            }
            if let chunk = chunks.finish() { totals.add(try await bulk.send(chunk)) }
            try await client.shutdown()
            return totals
        } catch {
            try await client.shutdown()
            throw error
        }
    }
}

/// A row as the server wants it.
enum LabelLine {
    static let fields = ["demand", "source", "externalId", "number", "category", "kind"]

    /// Fields that are empty are absent. A number of a CSV is digits in a text.
    static func bytes(of row: SourceRow) throws(RowRefusal) -> [UInt8] {
        let object = try row.content.get()
        return JSONWriter.object { json in
            for (name, value) in object.members where fields.contains(name) {
                if case .string(let text) = value {
                    let trimmed = text.filter { !$0.isWhitespace }
                    guard !trimmed.isEmpty else { continue }
                    if name == "number", let number = Int(trimmed) {
                        json.field(name, number)
                        continue
                    }
                }
                json.name(name)
                json.value(value)
            }
        }
    }
}

import ArgumentParser
import Demands
import Foundation
import JSONText

struct TaxonomyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "taxonomy",
        abstract: "Show the categories of a tenant, or those that every tenant starts with.",
        discussion: "To replace them: chorus import taxonomy FILE.csv",
        subcommands: [Show.self, Default.self]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the categories that hold now, or those of an older version.",
            discussion: """
                One line a category: code, level, names, how many keywords.

                Examples:
                  chorus taxonomy show
                  chorus taxonomy show --of-version 1 --json
                """
        )

        @Option(help: "The version; without it the one that holds.")
        var ofVersion: Int?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try await server.client()
            let asked = try await client.get(["taxonomy"], [("version", ofVersion.map { "\($0)" })])
            let answer = try asked.accepted(
                from: client.url,
                scopes: "admin, author, collector, reviewer or analyst",
                missing: "the taxonomy has no version \(ofVersion ?? 0)"
            )
            if server.json { return Console.result(asked.text) }
            Console.note("Version \(answer["version"]?.int ?? 0) of \(answer["publishedAt"]?.string ?? "")")
            Table(["CODE", "LEVEL", "NAMES", "KEYWORDS"]).show(
                (answer["categories"]?.array ?? []).map { category in
                    let names = category["names"]?.object?.members.compactMap(\.value.string) ?? []
                    return [
                        category["code"]?.string ?? "", "\(category["level"]?.int ?? 0)",
                        names.joined(separator: ", "), "\(category["keywords"]?.array?.count ?? 0)",
                    ]
                }
            )
            for change in answer["changes"]?.array ?? [] {
                func codes(_ name: String) -> String {
                    (change[name]?.array ?? []).compactMap(\.string).joined(separator: ", ")
                }
                let to = codes("to").isEmpty ? "unclassified" : codes("to")
                let rest = change["undecided"]?.string.map { " (undecided: \($0))" } ?? ""
                Console.note("\(change["change"]?.string ?? ""): \(codes("from")) -> \(to)\(rest)")
            }
        }
    }

    struct Default: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the taxonomy that every tenant starts with, as a file to change and import.",
            discussion: """
                Example:
                  chorus taxonomy default > taxonomy.csv
                """
        )

        func run() throws {
            Console.result(bytes: Array(DefaultTaxonomy.csv.utf8))
        }
    }

    /// `chorus import taxonomy`.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "taxonomy",
            abstract: "Publish the categories of a CSV file as the tenant's next version.",
            discussion: """
                Columns: level1, level2, level3 (names; a row names its deepest level, levels above it are made from it), \
                and if you like code (else the path of names joined by /), keywords (separated by ; or |) and \
                name_<language>. Every line that is wrong is shown, and then nothing is stored. The same file again \
                changes nothing.

                A category that is gone, and that demands may be in, needs a row that says where they go; such a row has \
                change (move, merge, rename, split, drop), from, to and, for a split, undecided, all of them codes, \
                several separated by ; or |, and nothing in the other columns. docs/taxonomy.md says more.

                Examples:
                  chorus import taxonomy taxonomy.csv
                  chorus import taxonomy categories.csv --language en
                """
        )

        @Argument(help: "A .csv file with a header row, in UTF-8.")
        var file: String

        @Option(help: "The language of the names in level1 to level3 (BCP 47); without it the tenant's.")
        var language: String?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw Complaint("\(file) cannot be read")
            }
            let client = try await server.client()
            let answer = try await client.post(["taxonomy"], [("language", language)], csv: [UInt8](data))
            guard [200, 201, 400, 413, 422].contains(answer.status) else {
                _ = try answer.accepted(from: client.url, scopes: "admin or author")
                return
            }
            if server.json { Console.result(answer.text) }
            guard answer.status < 300 else {
                Console.note("chorus: \(file): \(answer.body["detail"]?.string ?? "the server refuses the file")")
                for error in answer.body["errors"]?.array ?? [] {
                    Console.note("  \(Self.place(error["pointer"]?.string ?? ""))\(error["detail"]?.string ?? "")")
                }
                throw ExitCode.failure
            }
            let (version, count) = (answer.body["version"]?.int ?? 0, answer.body["categories"]?.int ?? 0)
            Console.note(
                answer.body["isNew"]?.bool == true
                    ? "Published version \(version): \(count) categories."
                    : "Version \(version) has these \(count) categories already; nothing was changed."
            )
        }

        /// `/lines/7/level2` as `line 7, level2: `.
        static func place(_ pointer: String) -> String {
            let parts = pointer.split(separator: "/")
            guard parts.count >= 2, parts[0] == "lines" else { return "" }
            return parts.count > 2 ? "line \(parts[1]), \(parts[2]): " : "line \(parts[1]): "
        }
    }
}

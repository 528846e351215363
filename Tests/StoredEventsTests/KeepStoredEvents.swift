import EventSourcing
import Foundation
import Testing

/// Every event in every form that was ever stored is read as what it was, by today's code.
@Suite struct KeepStoredEvents {
    @Test(arguments: Expectation.all)
    func readsAsWhatItWas(_ expectation: Expectation) throws {
        let body = try #require(try GoldenFiles.read().bodies[expectation.name])
        #expect(try expectation.matches(body))
    }

    /// The writers are canonical: what is written today has the very bytes of its golden file.
    @Test(arguments: Expectation.all)
    func isWrittenAsTheSameBytes(_ expectation: Expectation) throws {
        let body = try #require(try GoldenFiles.read().bodies[expectation.name])
        let name = try #require(GoldenName(expectation.name))
        let present = expectation.context.upcasts.presentVersion(of: name.type)
        let encoded = expectation.encoded()
        #expect(encoded.type == name.type)
        #expect(encoded.schemaVersion == present)
        #expect(expectation.context.types.contains(encoded.type))
        if name.version == present {
            #expect(String(decoding: encoded.body, as: UTF8.self) == String(decoding: body, as: UTF8.self))
        }
    }

    @Test func hasAFileForEveryVersionOfEveryEventAndNoneChanged() throws {
        let expected = Set(Expectation.all.map(\.name))
        #expect(expected.count == Expectation.all.count)
        #expect(try GoldenRules.violations(of: .read(), types: storedTypes, expected: expected) == [])
    }

    /// Reads the sources: an event enum or a stored name that nobody listed is found.
    @Test func knowsEveryEventOfTheDomain() throws {
        let sources = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources")
        var payloads: Set<String> = []
        var names: Set<String> = []
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /(?:enum|struct|extension) (\w+)(?:<[^>]*>)?: (?:[\w, &]*, )?EventPayload\b/)
            {
                payloads.insert(String(match.1))
            }
            // Stored names are the only constants in upper camel case.
            for match in text.matches(of: /static let \w+ = "([A-Z][A-Za-z]+)"/) { names.insert(String(match.1)) }
        }
        let listed = contexts.flatMap(\.payloads).map { String(describing: $0).prefix { $0 != "<" } }
        #expect(payloads == Set(listed.map { String($0) }))
        #expect(names == Set(storedTypes.map(\.type)))
    }
}

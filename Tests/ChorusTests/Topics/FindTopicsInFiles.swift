import JSONText
import Testing

@Suite(.timeLimit(.minutes(5))) struct FindTopicsInFiles {
    private static let messages = (0..<60).map { number in
        let wants = ["清江花园夜间施工噪音扰民", "南湖公寓电梯停运无人修", "street lights in Harbour Lane are broken"]
        let want = wants[number % 3]
        return """
            {"id":"m\(number)","user":"u\(number % 20)","time":"2020-01-\(10 + number % 20)T08:00:00","likes":\(number % 4),\
            "subject":"\(want)第\(number)次","detail":""}
            """
    }

    /// Every process has a hash seed of its own, but for the last one.
    @Test func printsTheSameBytesInEveryProcess() async throws {
        let installation = try Installation.embedded()
        let file = try installation.file("messages.ndjson", Self.messages.joined(separator: "\n"))
        let first = try await Binary.run(["topics", "find", file, "--json"], in: installation)
        #expect(first.status == 0, "\(first.errors)")
        for other in [installation, installation.with("SWIFT_DETERMINISTIC_HASHING", "1")] {
            let again = try await Binary.run(["topics", "find", file, "--json"], in: other)
            #expect(again.output == first.output)
        }
        // The order of the lines is not that of the log: the time is.
        let shuffled = try installation.file("shuffled.ndjson", Self.messages.reversed().joined(separator: "\n"))
        let again = try await Binary.run(["topics", "find", shuffled, "--json"], in: installation)
        #expect(again.output == first.output)

        let topics = try first.output.split(separator: "\n").map { try JSONValue.parse(String($0)) }
        #expect(topics.count == 3)
        #expect(topics.allSatisfy { $0["messages"]?.int == 20 && $0["people"]?.int == 20 })
    }

    @Test func printsATableOfTheHottest() async throws {
        let installation = try Installation.embedded()
        let file = try installation.file("messages.ndjson", Self.messages.joined(separator: "\n"))
        let shown = try await Binary.run(["topics", "find", file, "--limit", "2", "--by", "people"], in: installation)
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(shown.output.split(separator: "\n").count == 3)
        #expect(shown.output.contains("TITLE"))
    }

    @Test func saysWhatIsWrong() async throws {
        let installation = try Installation.embedded()
        let broken = try installation.file("broken.ndjson", "{\"id\":\"1\"}\n{\n")
        let timeless = try installation.file("timeless.ndjson", "{\"id\":\"1\",\"time\":\"yesterday\"}")
        #expect(try await Binary.run(["topics", "find", broken], in: installation).complaint.contains("line 2"))
        #expect(
            try await Binary.run(["topics", "find", timeless], in: installation).complaint.contains("line 1: time")
        )
        #expect(try await Binary.run(["topics", "find", "nowhere.ndjson"], in: installation).status == 1)
        let one = try await Binary.run(["topics", "find", timeless, "--minimum", "1"], in: installation)
        #expect(one.complaint.contains("--minimum"))
    }
}

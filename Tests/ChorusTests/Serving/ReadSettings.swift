import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct ReadSettings {
    @Test func theFlagWinsThenTheEnvironmentThenTheFile() async throws {
        var installation = try await Installation.onDatabase()
        installation.environment["CHORUS_ADDRESS"] = nil
        try FileManager.default.createDirectory(atPath: installation.home, withIntermediateDirectories: true)
        try #"{"address":"from-the-file"}"#.write(
            toFile: "\(installation.home)/chorus.json",
            atomically: true,
            encoding: .utf8
        )
        let file = try await Binary.run(["serve"], in: installation)
        #expect(file.complaint.hasPrefix("from-the-file is no address"))
        installation.environment["CHORUS_ADDRESS"] = "from-the-environment"
        let environment = try await Binary.run(["serve"], in: installation)
        #expect(environment.complaint.hasPrefix("from-the-environment is no address"))
        let flag = try await Binary.run(["serve", "--address", "from-the-flag"], in: installation)
        #expect(flag.complaint.hasPrefix("from-the-flag is no address"))
        installation.environment["CHORUS_ADDRESS"] = ""
        let empty = try await Binary.run(["serve"], in: installation)
        #expect(empty.complaint.hasPrefix("from-the-file is no address"))
    }

    @Test func aFileThatIsNoJSONIsNamed() async throws {
        let installation = try Installation.embedded()
        try FileManager.default.createDirectory(atPath: installation.home, withIntermediateDirectories: true)
        try "{".write(toFile: "\(installation.home)/chorus.json", atomically: true, encoding: .utf8)
        let ended = try await Binary.run(["serve"], in: installation)
        #expect(ended.status == 1)
        #expect(ended.complaint.contains("chorus.json cannot be read"))
    }
}

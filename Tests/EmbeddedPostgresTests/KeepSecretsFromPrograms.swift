import Foundation
import TestSupport
import Testing

@testable import EmbeddedPostgres

@Suite struct KeepSecretsFromPrograms {
    @Test func passesOnNothingButWhatProgramsNeed() {
        let ours = [
            "CHORUS_ADMIN_KEY": "a", "CHORUS_KEY": "b", "DATABASE_URL": "c", "PGPASSWORD": "d", "HOME": "e",
            "PATH": "/bin", "TZ": "Asia/Shanghai", "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8",
        ]
        #expect(Command.environment(of: ours) == ["PATH=/bin", "TZ=Asia/Shanghai", "LC_ALL=C.UTF-8"])
    }

    /// The second process has a variable of its own to keep.
    @Test func programsSeeNoOtherVariable() async throws {
        guard SameTestElsewhere.part != nil else {
            let second = try await SameTestElsewhere.run("programsSeeNoOtherVariable", part: "secret-4711")
            #expect(second.status == 0, "\(second.output)")
            #expect(second.output.contains("kept secret-4711"), "\(second.output)")
            return
        }
        let seen = try await Command("/usr/bin/env", []).run()
        #expect(seen.output.contains("LC_ALL=C.UTF-8\n"), "the control: it does print its variables")
        #expect(!seen.output.contains("secret-4711"))
        print("kept \(SameTestElsewhere.part ?? "")")
    }

    /// The account that owns a data folder could make root write elsewhere.
    @Test func writesThroughNoLink() throws {
        let folder = try TestPostgres.temporaryFolder() + "/links-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let (victim, plain) = ("\(folder)/victim", "\(folder)/plain")
        for path in [victim, plain] { try "old\n".write(toFile: path, atomically: true, encoding: .utf8) }
        let (soft, hard) = ("\(folder)/soft", "\(folder)/hard")
        try #require(symlink(victim, soft) == 0)
        try #require(link(victim, hard) == 0)
        for path in [soft, hard, folder] {
            let error = #expect(throws: EmbeddedPostgresError.self) {
                try DataFolder.append("new\n", to: path, owner: .current)
            }
            #expect(error?.location == path)
        }
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "old\n")
        try DataFolder.append("new\n", to: plain, owner: .current)
        #expect(try String(contentsOfFile: plain, encoding: .utf8) == "old\nnew\n", "the control")
    }
}

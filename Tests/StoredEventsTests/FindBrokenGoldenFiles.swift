import Testing

/// The control: each way to break the promise is found, and told in words.
@Suite struct FindBrokenGoldenFiles {
    private static let body = Array(#"{"demand":1}"#.utf8)
    private static let name = "demands/DemandOpened.v1"

    private let sound = GoldenFiles(bodies: [name: body], sums: [name: GoldenFiles.sum(body)])
    private let types: Set<GoldenRules.StoredType> = [
        .init(context: "demands", type: "DemandOpened", presentVersion: 1)
    ]

    private func violations(
        _ files: GoldenFiles,
        types: Set<GoldenRules.StoredType>? = nil,
        expected: Set<String> = [name]
    ) -> [String] {
        GoldenRules.violations(of: files, types: types ?? self.types, expected: expected)
    }

    @Test func findsNothingInSoundOnes() {
        #expect(violations(sound) == [])
    }

    @Test func aChangedFile() {
        var files = sound
        files.bodies[Self.name] = Array(#"{"demand":2}"#.utf8)
        #expect(violations(files) == ["\(Self.name) was changed: stored events never change: add a new version"])
    }

    @Test func aFileThatIsGone() {
        var files = sound
        files.bodies = [:]
        #expect(
            violations(files) == [
                "\(Self.name) is gone: what was stored once is read for ever",
                "\(Self.name) is expected by a test, and there is no such file",
                "demands/DemandOpened has no golden file of version 1",
            ]
        )
    }

    @Test func aFileWithoutASum() {
        var files = sound
        files.sums = [:]
        #expect(violations(files) == ["\(Self.name) is not in SHA256SUMS: add its line once, for ever"])
    }

    @Test func aFileThatNoTestReads() {
        #expect(violations(sound, expected: []) == ["\(Self.name) is decoded by no test: write out its event"])
    }

    @Test func anEventWithoutAFile() {
        let more = types.union([.init(context: "demands", type: "DemandClosed", presentVersion: 1)])
        #expect(violations(sound, types: more) == ["demands/DemandClosed has no golden file of version 1"])
    }

    @Test func aNewVersionWithoutAFile() {
        let newer: Set<GoldenRules.StoredType> = [
            .init(context: "demands", type: "DemandOpened", presentVersion: 3)
        ]
        #expect(
            violations(sound, types: newer) == [
                "demands/DemandOpened has no golden file of version 2",
                "demands/DemandOpened has no golden file of version 3",
            ]
        )
    }

    @Test func aFileOfAVersionOrATypeThatNobodyWrites() {
        var files = sound
        for name in ["demands/DemandOpened.v2", "surveys/DemandOpened.v1", "demands/DemandOpened.1"] {
            files.bodies[name] = Self.body
            files.sums[name] = GoldenFiles.sum(Self.body)
        }
        #expect(
            violations(files, expected: Set(files.bodies.keys)) == [
                "demands/DemandOpened.1 is not named <context>/<Type>.v<version>[.<variant>]",
                "demands/DemandOpened has a golden file of version 2, never written",
                "surveys/DemandOpened is no event of that context",
            ]
        )
    }
}

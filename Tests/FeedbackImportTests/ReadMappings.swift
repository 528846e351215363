import FeedbackImport
import Testing

@Suite struct ReadMappings {
    private func failure(_ map: [String], _ set: [String] = [], zone: String? = nil) -> MappingFailure? {
        do throws(MappingFailure) {
            _ = try FeedbackMapping(map: map, set: set, timeZone: zone)
            return nil
        } catch {
            return error
        }
    }

    @Test func optionsMayBeRepeatedOrJoined() throws {
        let joined = try FeedbackMapping(map: ["text=a,subject=b"], set: ["channel=web,source=s"], timeZone: nil)
        let repeated = try FeedbackMapping(
            map: ["subject=b", "text=a"],
            set: ["source=s", "channel=web"],
            timeZone: nil
        )
        #expect(joined.fields == [.text: "a", .subject: "b"])
        #expect(joined.constants == [.channel: "web", .source: "s"])
        #expect(joined.fingerprint == repeated.fingerprint)
    }

    @Test func anotherMappingHasAnotherFingerprint() throws {
        let base = try FeedbackMapping(map: ["text=a"], set: ["channel=web"], timeZone: nil).fingerprint
        let others = [
            try FeedbackMapping(map: ["text=b"], set: ["channel=web"], timeZone: nil),
            try FeedbackMapping(map: ["text=a,channel=web"], set: [], timeZone: nil),
            try FeedbackMapping(map: ["text=a"], set: ["channel=web"], timeZone: "Asia/Shanghai"),
            try FeedbackMapping(map: ["text=a"], set: ["channel=web,groupTie=place"], timeZone: nil),
        ]
        #expect(Set(others.map(\.fingerprint) + [base]).count == 5)
    }

    @Test func aValueMayHoldEqualSigns() throws {
        let mapping = try FeedbackMapping(map: ["text=a=b"], set: [], timeZone: nil)
        #expect(mapping.fields == [.text: "a=b"])
    }

    @Test func whatCannotWorkIsRefused() {
        #expect(failure(["subject=a"]) == .noText)
        #expect(failure(["text=a", "words=b"]) == .unknownField("words"))
        #expect(failure(["text"]) == .badPair(option: "--map", "text"))
        #expect(failure(["text=a"], ["channel="]) == .badPair(option: "--set", "channel="))
        #expect(failure(["text=a,text=b"]) == .twice(option: "--map", "text"))
        #expect(failure(["text=a,externalId=b"]) == .noSource)
        #expect(failure(["text=a,externalId=b,source=c"]) == nil)
        #expect(failure(["text=a"], zone: "Shanghai") == .unknownTimeZone("Shanghai"))
        #expect(failure(["text=a"], ["reportedSupport=-1"]) != nil)
    }
}

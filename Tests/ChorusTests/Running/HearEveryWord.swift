import Foundation
import Testing

/// Tests wait for what processes say; a word that passes by a waiter would hold a test up for ever.
@Suite(.timeLimit(.minutes(1))) struct HearEveryWord {
    @Test func aWordBetweenLookingAndWaitingIsHeard() async throws {
        let heard = Heard()
        try await heard.reaches { state in
            if state.output == "the last word" { return () }
            heard.change { $0.output = "the last word" }
            return nil
        }
    }

    @Test func aCancelledTestHasWhatWasSaid() async throws {
        let process = try Running(
            ["-c", "echo ready; exec sleep 600"],
            in: Installation(home: "/", environment: [:]),
            program: "/bin/sh"
        )
        try await process.waits(for: "ready")
        let waiting = Task { try await process.end() }
        waiting.cancel()
        let error = await #expect(throws: Heard.Cancelled.self) { try await waiting.value }
        #expect(error?.output == "ready\n")
        #expect(try await process.end().status == 128 + SIGKILL, "it does not outlive its test")
    }

    @Test func aProcessThatEndsInSilenceIsNoSuccess() async throws {
        let process = try Running(
            ["-c", "echo other; echo words >&2"],
            in: Installation(home: "/", environment: [:]),
            program: "/bin/sh"
        )
        let error = await #expect(throws: Running.Silent.self) { try await process.waits(for: "ready") }
        #expect(error?.output == "other\n")
    }
}

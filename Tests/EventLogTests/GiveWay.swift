import EventSourcing
import Testing

@testable import EventLog

/// When read models pause for whoever speaks.
@Suite struct GiveWay {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func models(behind: Position) -> RightOfWay {
        RightOfWay(allowance: 8_000, at: 1_000, head: 1_000 + behind, now: start)
    }

    @Test func farBehindALogThatOutrunsThemTheyPause() {
        var models = models(behind: 20_000)
        // They read 4,000 events in 0.25 s, and 5,000 came.
        #expect(models.pause(at: 5_000, head: 26_000, now: at(0.25)) == .milliseconds(750))
        models.goOn(now: at(1))
        // The log's rate is taken from head to head, pauses included: 4,000 a second that are read would do against 15,000.
        #expect(models.pause(at: 9_000, head: 41_000, now: at(1.25)) == .zero)
        models.goOn(now: at(1.25))
        #expect(models.pause(at: 13_000, head: 46_001, now: at(1.5)) == .milliseconds(750))
    }

    @Test func aPauseHasAnEnd() {
        var models = models(behind: 20_000)
        #expect(models.pause(at: 5_000, head: 90_000, now: at(2)) == .seconds(1))
    }

    @Test func nearTheHeadTheyGoOn() {
        var models = models(behind: 4_000)
        #expect(models.pause(at: 5_000, head: 13_000, now: at(0.25)) == .zero)
        // One event more is far.
        models.goOn(now: at(0.25))
        #expect(models.pause(at: 9_000, head: 17_001, now: at(0.5)) == .milliseconds(750))
    }

    @Test func whatTheyCanCatchUpWithDoesNotStopThem() {
        var models = models(behind: 1_000_000)
        // A log that grows by 12,000 a second, and 16,000 read.
        #expect(models.pause(at: 5_000, head: 1_004_000, now: at(0.25)) == .zero)
        // Nor one that stands still.
        models.goOn(now: at(0.25))
        #expect(models.pause(at: 9_000, head: 1_004_000, now: at(0.5)) == .zero)
    }
}

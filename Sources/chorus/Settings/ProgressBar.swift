import Foundation
import Synchronization

/// How far a long piece of work is, on stderr: a bar that redraws itself on a terminal, else a line now and then.
final class ProgressBar: Sendable {
    private struct State {
        var lastShown: ContinuousClock.Instant?
        var lastDone: Int?
        var isDrawn = false
    }

    private let label: String
    private let unit: String
    private let isWatched: Bool
    private let started = ContinuousClock.now
    private let state = Mutex(State())

    init(_ label: String, unit: String, isWatched: Bool = Console.isWatched) {
        self.label = label
        self.unit = unit
        self.isWatched = isWatched
    }

    /// Shows the state, at most ten times a second on a terminal and every three seconds elsewhere; the end always.
    func show(done: Int, of total: Int) {
        let now = ContinuousClock.now
        let pause: Duration = isWatched ? .milliseconds(100) : .seconds(3)
        state.withLock { state in
            if done == state.lastDone { return }
            if done < total, let last = state.lastShown, now - last < pause { return }
            state.lastShown = now
            state.lastDone = done
            let text = ProgressText(label: label, unit: unit, done: done, total: total, elapsed: now - started)
            if isWatched {
                Console.draw("\r\(text.bar)\u{1B}[K")
                state.isDrawn = true
            } else {
                Console.note(text.line)
            }
        }
    }

    /// Ends the bar's line, so that what follows begins on its own.
    func finish() {
        let wasDrawn = state.withLock { state in
            defer { state.isDrawn = false }
            return state.isDrawn
        }
        if wasDrawn { Console.draw("\n") }
    }
}

/// The words of a progress bar.
struct ProgressText {
    let label: String
    let unit: String
    let done: Int
    let total: Int
    let elapsed: Duration

    private var share: Double { total > 0 ? min(1, Double(done) / Double(total)) : 1 }

    private var seconds: Double {
        Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    }

    /// `demand_board  45 %, 1200 of 2666 events, 800 a second, 2 s left`.
    var line: String {
        var words = "\(label)  \(Int(share * 100)) %, \(done) of \(total) \(unit)"
        if seconds > 0.05, done > 0 {
            let rate = Double(done) / seconds
            words += ", \(Int(rate.rounded())) a second"
            if done < total { words += ", \(Int((Double(total - done) / rate).rounded(.up))) s left" }
        }
        return words
    }

    /// The line with a bar before it.
    var bar: String {
        let width = 24
        let full = Int(share * Double(width))
        return "[\(String(repeating: "█", count: full))\(String(repeating: "·", count: width - full))] \(line)"
    }
}

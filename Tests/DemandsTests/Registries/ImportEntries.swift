import Demands
import EventSourcing
import Testing

private func line(_ number: Int, _ code: String, under parent: String? = nil, _ name: String = "x") -> RegistryLine<
    Place
> {
    RegistryLine(number, Place(code: code, names: Names(["en": name]), parent: parent))
}

private func refused(_ lines: [RegistryLine<Place>], _ state: Places.State = Places.initialState) -> [String] {
    refusals(Places.self, .importAll(lines), state)
}

@Suite struct ImportEntries {
    @Test func parentsMayStandFurtherDown() throws {
        let lines = [line(2, "lane", under: "town"), line(3, "town")]
        #expect(
            try Places.decide(.importAll(lines), Places.initialState)
                == [.registered(lines[0].entry), .registered(lines[1].entry)]
        )
    }

    @Test func registersChangesAndLeavesAlone() throws {
        let present = Places.state(after: [.registered(line(0, "a").entry), .registered(line(0, "b").entry)])
        let lines = [line(2, "a"), line(3, "b", under: "c"), line(4, "c")]
        #expect(
            try Places.decide(.importAll(lines), present)
                == [.changed(lines[1].entry), .registered(lines[2].entry)]
        )
    }

    @Test func theSameFileAgainChangesNothing() throws {
        let lines = [line(2, "lane", under: "town"), line(3, "town")]
        let present = Places.state(after: try Places.decide(.importAll(lines), Places.initialState))
        #expect(try Places.decide(.importAll(lines), present).isEmpty)
        #expect(try Places.decide(.importAll([]), present).isEmpty)
    }

    @Test func namesEveryLineThatIsWrong() {
        let lines = [
            line(2, "a", under: "nowhere"), line(3, "B"), line(4, "c"), line(6, "c"), line(7, "d", under: "e"),
            line(8, "e", under: "d"),
        ]
        #expect(
            refused(lines) == [
                "2 /parent unknown_code", "3 /code bad_format", "6 /code duplicate", "7 /parent tree_cycle",
            ]
        )
    }

    @Test func aCircleIsNamedWithItsChain() throws {
        let present = Places.state(after: [
            .registered(line(0, "a").entry), .registered(line(0, "b", under: "a").entry),
            .registered(line(0, "c", under: "b").entry),
        ])
        do {
            _ = try Places.decide(.change(line(0, "a", under: "c").entry), present)
            Issue.record("was taken")
        } catch {
            #expect(error.code == "tree-cycle")
            #expect(error.detail == "nothing was registered: parent makes a circle: a > c > b > a")
            #expect(!error.isStateConflict)
        }
    }

    @Test func twoCirclesAreTwoMistakes() {
        let lines = [
            line(2, "a", under: "b"), line(3, "b", under: "a"), line(4, "c", under: "d"), line(5, "d", under: "d"),
        ]
        #expect(refused(lines) == ["2 /parent tree_cycle", "5 /parent tree_cycle"])
    }

    @Test func sixteenLevelsAreTheMost() {
        let lines = (1...17).map { line($0 + 1, "p\($0)", under: $0 == 1 ? nil : "p\($0 - 1)") }
        #expect(refused(Array(lines.prefix(16))) == [])
        #expect(refused(lines) == ["18 /parent too_deep"])
    }

    @Test func movingABranchCountsWhatHangsBelowIt() {
        let events = (1...16).map {
            Places.Event.registered(line(0, "p\($0)", under: $0 == 1 ? nil : "p\($0 - 1)").entry)
        }
        let present = Places.state(after: events + [.registered(line(0, "top").entry)])
        #expect(refusals(Places.self, .change(line(0, "p1", under: "top").entry), present) == ["/parent too_deep"])
        #expect(refusals(Places.self, .change(line(0, "p2", under: "top").entry), present) == [])
    }

    @Test func aLongChainIsMeasuredInOneGo() {
        let lines = (1...20_000).map { line($0 + 1, "p\($0)", under: $0 == 1 ? "p20000" : "p\($0 - 1)") }
        #expect(refused(lines) == ["2 /parent tree_cycle"])
    }
}

/// Whatever is registered and changed: every entry leads to the top in at most sixteen steps.
@Suite struct NeverMakeACircle {
    @Test func onRandomCommands() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("NeverMakeACircle seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var refused = 0
        var taken = 0
        for _ in 0..<200 {
            var state = Places.initialState
            for _ in 0..<60 {
                let lines = (0..<Int.random(in: 1...4, using: &random)).map { number in
                    let parent = Int.random(in: 0..<24, using: &random)
                    return line(
                        number,
                        "p\(Int.random(in: 0..<20, using: &random))",
                        under: parent < 22 ? "p\(parent)" : nil
                    )
                }
                let command: Places.Command = lines.count == 1 ? .put(lines[0].entry) : .importAll(lines)
                do {
                    for event in try Places.decide(command, state) { Places.evolve(&state, event) }
                    taken += 1
                } catch {
                    refused += 1
                }
                for entry in state.entries {
                    var levels = 1
                    var above = entry.parent
                    while let code = above, levels <= 16 {
                        levels += 1
                        let parent = try #require(state[code], "seed \(seed): no parent \(code)")
                        above = parent.parent
                    }
                    #expect(levels <= 16, "seed \(seed)")
                }
            }
        }
        #expect(refused > 100 && taken > 100, "seed \(seed): both must happen")
    }
}

struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

import Demands
import Foundation
import Testing

/// A model-based test of the way to an answer: thousands of commands, held against the diagram in `docs/demands.md`, a
/// model that was written for this test alone, and the domain's promises. `CHORUS_WORKFLOW_SEED` repeats a walk.
@Suite struct WalkTheWorkflow {
    static let walk: WorkflowWalk = {
        let given = ProcessInfo.processInfo.environment["CHORUS_WORKFLOW_SEED"].flatMap(UInt64.init)
        let walk = WorkflowWalk(seed: given ?? .random(in: 1...999_999))
        let outcomes = walk.outcomes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        print("WalkTheWorkflow seed \(walk.seed), \(walk.steps.count) commands: \(outcomes.joined(separator: ", "))")
        return walk
    }()

    /// Where the walk and the drawing differ; both ways.
    static func findings(_ steps: [WorkflowWalk.Step], _ diagram: WorkflowDiagram) -> [String] {
        var found = diagram.mistakes
        var taken: Set<WorkflowDiagram.Arrow> = []
        for step in steps where step.from != step.to {
            taken.insert(.init(from: step.from, to: step.to, command: step.command))
        }
        let drawn = Set(diagram.arrows)
        found += taken.subtracting(drawn).map { "\($0) was taken and is not drawn" }.sorted()
        found += drawn.subtracting(taken).map { "\($0) is drawn and was never taken" }.sorted()
        for state in HandlingState.allCases {
            let phases = diagram.rows.filter { $0.state == state.rawValue }.map(\.phase)
            if phases != [state.phase.rawValue] { found.append("\(state.rawValue) is \(state.phase), not \(phases)") }
        }
        return found
    }

    @Test func everyStepIsDrawnAndEveryArrowIsTaken() throws {
        #expect(Self.findings(Self.walk.steps, try WorkflowDiagram.read()) == [], "seed \(Self.walk.seed)")
    }

    @Test func theDomainDoesAsTheModelSays() {
        #expect(Self.walk.differences == [])
        #expect(Self.walk.steps.count == 40_000)
    }

    @Test func promisesHold() {
        #expect(Self.walk.broken == [])
    }

    /// A walk that never met a refusal would say little.
    @Test func everyOutcomeOccurs() {
        let wanted = [
            "happens", "nothing", "wrong-state", "not-open", "already-closed", "already-claimed", "not-routed",
            "nobody-above", "against-organization", "judges-nothing", "nothing-to-judge", "already-judged",
        ]
        for outcome in wanted { #expect(Self.walk.outcomes[outcome, default: 0] > 0, "\(outcome)") }
        #expect(Self.walk.routedFirst > 0)
    }

    @Test func aWalkIsFixedByItsSeed() {
        let one = WorkflowWalk(seed: 7, messages: 5, commands: 500)
        let two = WorkflowWalk(seed: 7, messages: 5, commands: 500)
        #expect(one.outcomes == two.outcomes)
        #expect(one.steps.map(\.to) == two.steps.map(\.to))
    }

    // Controls: each checker can fail.

    @Test func anArrowThatIsNotDrawnIsFoundWhicheverItIs() throws {
        let drawn = try WorkflowDiagram.read()
        #expect(drawn.arrows.count == 22)
        for index in drawn.arrows.indices {
            var diagram = drawn
            let arrow = diagram.arrows.remove(at: index)
            #expect(Self.findings(Self.walk.steps, diagram) == ["\(arrow) was taken and is not drawn"])
        }
    }

    @Test func anArrowThatNobodyTakesIsFound() throws {
        var diagram = try WorkflowDiagram.read()
        diagram.arrows.append(.init(from: "closed", to: "accepted", command: "accept"))
        #expect(
            Self.findings(Self.walk.steps, diagram) == ["closed --> accepted: accept is drawn and was never taken"]
        )
    }

    @Test func anotherCommandOnAnArrowIsFound() throws {
        var diagram = try WorkflowDiagram.read()
        diagram.arrows[0].command = "claim"
        #expect(Self.findings(Self.walk.steps, diagram).count == 2)
    }

    @Test func anotherPhaseAndAMissingRowAreFound() throws {
        var diagram = try WorkflowDiagram.read()
        diagram.rows[3].phase = "open"
        diagram.rows.removeLast()
        #expect(
            Self.findings(Self.walk.steps, diagram) == [
                "reopened is in one of diagram and table", "answered is answered, not [\"open\"]",
                "reopened is open, not []",
            ]
        )
    }

    @Test func aLineThatIsNoArrowIsFound() {
        let diagram = WorkflowDiagram("```mermaid\nstateDiagram-v2\n    [*] --> a\n    a -> b\n```\n")
        #expect(diagram.mistakes == ["no arrow: a -> b", "it begins at [\"a\"]"])
    }

    enum Fault: CaseIterable {
        case judgesTwice, answersWhatIsClosed, claimsWhatIsClosed, routesToAnybody, routesBack
    }

    /// A domain with one fault: the model differs from it, and a promise is seen to be broken.
    @Test(arguments: Fault.allCases)
    func aFaultIsFoundByTheModelAndByAPromise(_ fault: Fault) {
        // Where the model differs once it differs at every step after: a promise may take longer to be broken.
        let walk = WorkflowWalk(seed: 11, messages: 1_000, commands: 20_000, findings: 1_000) {
            (command, state) throws(MessageRejection) -> [MessageEvent] in
            try Self.decide(command, state, fault)
        }
        #expect(!walk.differences.isEmpty)
        #expect(!walk.broken.isEmpty)
    }

    private static func decide(
        _ command: Message.Command,
        _ state: Message.State,
        _ fault: Fault
    ) throws(MessageRejection) -> [MessageEvent] {
        guard case .handle(let wish) = command else { return try Message.decide(command, state) }
        var lenient = state
        let index = Int(wish.demand) - 1
        switch (fault, wish.action) {
        case (.judgesTwice, .judge): lenient.demands[index].handling.isJudged = false
        case (.answersWhatIsClosed, .reply): lenient.demands[index].handling.state = .received
        case (.claimsWhatIsClosed, .claim): lenient.demands[index].handling.state = .received
        case (.routesToAnybody, .route), (.routesToAnybody, .assign), (.routesToAnybody, .escalate):
            lenient.demands[index].handling.against = nil
        case (.routesBack, .route):
            lenient.demands[index].handling.route = nil
            lenient.demands[index].handling.declinedBy = []
        default: break
        }
        return try Message.decide(command, lenient)
    }
}

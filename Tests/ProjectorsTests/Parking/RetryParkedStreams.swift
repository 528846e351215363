import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Projectors
import Testing

/// A stream of any kind that could not be read for a while is read behind the others: then the rows are those of an
/// undisturbed run. This is what `isCommutative` promises of each projector.
@Suite struct RetryParkedStreams {
    /// Something of every kind of stream, each changed again after others have said something.
    private func fill(_ board: TestBoard) async throws {
        let first = TestBoard.message()
        let second = TestBoard.message()
        try await board.receive(
            first,
            category: "roads",
            person: "a",
            place: "North",
            groups: [GroupLink(name: "Riders", ties: [])],
            support: 2
        )
        try await board.registerPlace("town", ["en": "Town"])
        try await board.registerPlace("north", ["en": "North"], parent: "town")
        try await board.registerGroup("riders", ["en": "Riders"])
        try await board.registerGroup("drivers", ["en": "Drivers"])
        try await board.registerOrganization("council", ["en": "Council"])
        try await board.changeChannel("ChannelRetired", "forum")
        try await board.publishTaxonomy([Demands.Category(code: "roads", names: ["en": "Roads"])])
        let survey = try await board.openSurvey()
        let response = TestBoard.response()
        try await board.respond(
            #"{"use":"yes","ways":["foot","bike"],"calm":0}"#,
            to: survey,
            response,
            person: "a"
        )
        try await board.receive(second, category: "parks", person: "b", place: "Nord", groups: [])
        _ = try await board.append([ModelEvent.trained(Self.model).encoded], to: .only(Models.streamType))
        let word = ClassifyDemand(demand: 1, value: .category("roads"), model: 1, confidence: Confidence(0.9))
        try await board.execute(.judge(word), second)
        try await board.execute(.judge(word), first)
        try await board.execute(.categorise(demand: 1, category: "parks", method: .reviewer), first)
        let use = ModelEvent.activated(ModelInUse(model: 1, threshold: Confidence(0.8)))
        _ = try await board.append([use.encoded], to: .only(Models.streamType))
        try await board.registerPlace("north", ["en": "North", "de": "Nord"], parent: "town", again: true)
        try await board.recognise("Cyclists", as: "riders")
        try await board.merge("drivers", into: "riders")
        try await board.amend(second, category: "roads", person: "c", place: "North")
        try await board.respond(#"{"use":"no","ways":["foot"],"calm":-1}"#, to: survey, person: "b")
        let brief = TestBoard.brief()
        try await board.tell(brief, [.drafted(.example()), .putToSupporters, .checked(.example(.yes, message: 1))])
        try await board.execute(.close, survey)
        try await board.execute(.withdraw(by: "person"), first)
        try await board.execute(.withdraw(by: "person"), response)
        try await board.tell(brief, [.checked(.example(.no, message: 2)), .delivered(.example)])
        try await board.publishTaxonomy([Demands.Category(code: "parks", names: ["en": "Parks"])], version: 2)
    }

    private static let model = ModelTrained(
        number: 1,
        target: .category,
        digest: "ab",
        trainingSet: "0f",
        examples: 50,
        labels: 2,
        minimumPeople: 5,
        folds: 5,
        macroF1: Confidence(0.9),
        accuracy: Confidence(0.9),
        calibrationError: Confidence(0.1)
    )

    /// Every stream of the log, with the positions of its events.
    private func streams(_ board: TestBoard) async throws -> [[Position]] {
        let rows = try await board.operators.query(
            """
            SELECT array_agg(e.position ORDER BY e.position)
            FROM log.events AS e
            WHERE e.tenant_id = 1
            GROUP BY e.stream_id
            ORDER BY min(e.position)
            """
        )
        return try rows.map { try $0.decode(0, as: [Int64].self) }
    }

    @Test(arguments: [1, 5, 4000])
    func givesTheRowsOfAnUndisturbedRun(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        try await fill(board)
        let streams = try await streams(board)
        #expect(streams.count >= 10)
        let hindrance = Hindrance()
        // Each stream from one of its events on, and so all of them at once: read behind each other in any order.
        let hindered = Set(streams.compactMap { $0.randomElement() })
        hindrance.hinder(hindered)
        let projectors = hindrance.projectors()
        try await board.project(projectors, batchSize: batchSize)
        #expect(try await board.parked().count > 20)
        hindrance.hinder([])
        let outcomes = try await board.retryAll(projectors)
        #expect(outcomes.allSatisfy { $0.events > 0 && $0.parkedAgain == nil })
        #expect(try await board.parked() == [])
        #expect(try await board.differences() == [:], "hindered were \(hindered.sorted())")
        await board.close()
    }

    /// The control: what is not parked any longer, and was not read either, is found.
    @Test func aStreamThatWasForgottenWouldBeFound() async throws {
        let board = try await TestBoard.make()
        try await fill(board)
        let hindrance = Hindrance()
        hindrance.hinder([1])
        try await board.project(hindrance.projectors())
        try await board.operators.execute("DELETE FROM projections.parked_streams")
        let differences = try await board.differences()
        #expect(Set(differences.keys).isSuperset(of: ["demand_board", "participation", "coverage"]))
        await board.close()
    }

    /// An engine that read its batch before the stream was read on must not write it: it leaves out the stream's events.
    @Test func aBatchThatWasReadBeforeIsFencedOut() async throws {
        let board = try await TestBoard.make()
        let stream = TestBoard.message()
        try await board.receive(stream, category: "roads", person: "a")
        let hindrance = Hindrance()
        hindrance.hinder([1])
        let projectors = hindrance.projectors(["demand_board"])
        try await board.project(projectors)
        hindrance.hinder([])
        // Its own message goes on, and another one comes.
        try await board.execute(.categorise(demand: 1, category: "parks", method: .reviewer), stream)
        try await board.receive(TestBoard.message(), category: "roads", person: "b")

        let gate = FoldGate(at: try await board.store.head(of: TestBoard.tenant))
        hindrance.onFold { gate.pass($0) }
        let journal = ProjectionJournal(pool: board.pool, logger: board.logger)
        let engine = board.engine(projectors, journal: journal)
        let round = Task(executorPreference: gate.thread) { try await engine.round() }
        await gate.reached()
        hindrance.onFold(nil)
        _ = try await board.retryAll(projectors)
        gate.open()
        #expect(try await round.value == false)
        let key = ProjectionJournal.Key(projector: "demand_board", tenant: TestBoard.tenant)
        #expect(journal.counts[key].map { [$0.batches, $0.fenced] } == [0, 1])
        try await board.project(projectors)
        #expect(
            try await board.rows("SELECT category_code, demands FROM review.demand_board ORDER BY category_code")
                == [["parks", "1"], ["roads", "1"]]
        )
        #expect(try await board.differences([DemandBoard()]) == [:])
        await board.close()
    }
}

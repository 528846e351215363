import Demands
import EventSourcing
import Foundation
import Testing
import Topics

@testable import Refinement

/// What a finder that starts anew is told of the demands that were placed before.
@Suite struct RememberPlacements {
    /// A finder's link and the join that it showed are stored at once: either may come first.
    @Test(arguments: [true, false]) func remembersAJoinWhereverItLies(_ joinFirst: Bool) async throws {
        let server = try await TestServer.make()
        let join = TopicBookEvent.operation(
            TopicOperation(
                number: 1,
                change: .joined(
                    .founded(2),
                    into: .founded(1),
                    because: 3,
                    method: TopicFinder.method,
                    confidence: 9_000
                )
            )
        )
        let link = DemandLinked(
            demand: 1,
            position: 3,
            topic: "t1",
            method: TopicFinder.method,
            confidence: Confidence(0.9),
            because: 1
        )
        let streams: [(StreamID, NewEvent)] = [
            (.only(TopicBook.streamType), join.encoded),
            (StreamID(type: Message.streamType, id: UUID()), MessageEvent.demandLinked(link).encoded),
        ]
        for (stream, event) in joinFirst ? streams : streams.reversed() {
            _ = try await server.services.store.execute(
                Submission(tenant: TestServer.one, stream: stream, actor: "test") { _ in Decision(events: [event]) }
            )
        }
        let past = try await PastPlacements(of: TestServer.one, method: TopicFinder.method, reads: server.pool)
        var expected = PastPlacement(topic: 1)
        expected.joins = [PastPlacement.Join(from: 2, into: 1)]
        #expect(past[3] == expected && past[2] == nil)
        await server.pool.close()
        await server.operators.close()
    }
}

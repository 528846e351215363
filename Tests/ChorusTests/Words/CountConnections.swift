import Testing

@testable import chorus

@Suite struct CountConnections {
    @Test(arguments: [(1_048_576, 4_096), (4_352, 4_096), (1_024, 768), (256, 16), (0, 16), (Int.max, 4_096)])
    func someFilesAreLeftForTheRest(limit: Int, connections: Int) {
        #expect(OpenFiles.connections(under: limit) == connections)
    }

    @Test func theLimitIsRaisedOnce() {
        let limit = OpenFiles.raiseLimit()
        #expect(limit > 0 && OpenFiles.raiseLimit() == limit)
    }
}

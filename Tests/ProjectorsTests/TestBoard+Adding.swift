import EventLog
import Foundation
import ProjectionLaws
import TestSupport

extension TestBoard {
    /// A board with one more projector.
    ///
    /// - Parameter folder: the one in this folder in which the projector's own folder of SQL lies.
    static func make(adding projector: some PostgresProjector, from folder: String) async throws -> TestBoard {
        var board = try await make()
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent(folder).appendingPathComponent(projector.name)
        let tree = URL(fileURLWithPath: try TestPostgres.temporaryFolder()).appendingPathComponent("schema-\(UUID())")
        board.files = try board.files.adding(projector.name, from: source, in: tree)
        board.projectors.append(projector)
        let generations = Generations(files: board.files)
        try await board.operators.withConnection { connection in
            _ = try await generations.ensureLive([projector], on: connection)
        }
        return board
    }
}

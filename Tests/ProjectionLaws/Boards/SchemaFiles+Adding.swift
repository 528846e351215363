import EventLog
import Foundation

extension SchemaFiles {
    /// A tree with this one's files and those of one more projector, made of links in a new folder.
    ///
    /// - Parameters:
    ///   - projector: the name of its folder in `projections`.
    ///   - source: the folder that holds its SQL.
    package func adding(_ projector: String, from source: URL, in folder: URL) throws -> SchemaFiles {
        let manager = FileManager.default
        let projections = folder.appendingPathComponent("projections")
        try manager.createDirectory(at: projections, withIntermediateDirectories: true)
        try link(self.folder, into: folder, except: "projections")
        try link(self.folder.appendingPathComponent("projections"), into: projections, except: projector)
        try manager.createSymbolicLink(at: projections.appendingPathComponent(projector), withDestinationURL: source)
        return SchemaFiles(folder: folder)
    }

    private func link(_ source: URL, into folder: URL, except: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: source.path) where name != except {
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent(name),
                withDestinationURL: source.appendingPathComponent(name)
            )
        }
    }
}

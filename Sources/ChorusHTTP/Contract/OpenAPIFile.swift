import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The contract, `openapi.yaml`, as it is served: looked for beside the running executable, wherever that was started
/// from. A missing file is an error with the places searched, never a trap.
final class OpenAPIFile: Sendable {
    private let text = Mutex<ByteBuffer?>(nil)

    /// The file of this executable.
    static func find() throws(Problem) -> URL {
        var candidates: [URL] = []
        if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            let folder = URL(fileURLWithPath: target).deletingLastPathComponent()
            candidates.append(folder.appendingPathComponent("chorus_ChorusHTTP.resources/openapi.yaml"))
            candidates.append(folder.appendingPathComponent("../share/chorus/openapi.yaml").standardizedFileURL)
        }
        for file in candidates where FileManager.default.fileExists(atPath: file.path) { return file }
        let places = candidates.map(\.path).joined(separator: ", ")
        throw .failure(
            cause: "openapi.yaml was not found; searched \(places); keep chorus_ChorusHTTP.resources beside the binary"
        )
    }

    var route: Route {
        Route(.get, "/openapi.yaml") { _ in
            Response(
                status: .ok,
                headers: [.contentType: "application/yaml"],
                body: ResponseBody(byteBuffer: try self.load())
            )
        }
    }

    private func load() throws(Problem) -> ByteBuffer {
        if let known = text.withLock({ $0 }) { return known }
        let url = try Self.find()
        guard let data = try? Data(contentsOf: url) else { throw .failure(cause: "\(url.path) cannot be read") }
        let buffer = ByteBuffer(bytes: data)
        text.withLock { $0 = buffer }
        return buffer
    }
}

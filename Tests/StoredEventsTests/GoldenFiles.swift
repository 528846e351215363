import Crypto
import Foundation

/// Events as they were stored, byte for byte: `Golden/<context>/<Type>.v<version>[.<variant>].json`, and the list of what
/// they hash to.
struct GoldenFiles {
    /// Bytes by name, `demands/DemandOpened.v1.full`.
    var bodies: [String: [UInt8]]
    /// SHA-256 in hexadecimal by name, as `SHA256SUMS` has it.
    var sums: [String: String]

    init(bodies: [String: [UInt8]], sums: [String: String]) {
        self.bodies = bodies
        self.sums = sums
    }

    /// Those of this folder.
    static func read() throws -> GoldenFiles {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
        var bodies: [String: [UInt8]] = [:]
        for context in try FileManager.default.contentsOfDirectory(atPath: root.path) where context != "SHA256SUMS" {
            let folder = root.appendingPathComponent(context)
            for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                let name = file.hasSuffix(".json") ? String(file.dropLast(5)) : file
                bodies["\(context)/\(name)"] = Array(try Data(contentsOf: folder.appendingPathComponent(file)))
            }
        }
        let list = try String(contentsOf: root.appendingPathComponent("SHA256SUMS"), encoding: .utf8)
        var sums: [String: String] = [:]
        for line in list.split(separator: "\n") {
            // As `sha256sum` writes it: the sum, two blanks, the file.
            let name = line.dropFirst(66)
            sums[String(name.hasSuffix(".json") ? name.dropLast(5) : name)] = String(line.prefix(64))
        }
        return GoldenFiles(bodies: bodies, sums: sums)
    }

    static func sum(_ body: [UInt8]) -> String {
        SHA256.hash(data: body).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }.joined()
    }
}

/// What a golden file's name says.
struct GoldenName: Equatable {
    let context: String
    let type: String
    let version: Int16

    /// Nil when it is no such name.
    init?(_ name: String) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let words = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard (2...3).contains(words.count), words.allSatisfy({ !$0.isEmpty }), words[1].first == "v",
            let version = Int16(words[1].dropFirst()), version > 0
        else { return nil }
        context = String(parts[0])
        type = String(words[0])
        self.version = version
    }
}

import Crypto
import Foundation
import Testing

@testable import Classification

@Suite struct KeepModels {
    private let model = Example.model(words: Example.words)

    /// The bytes with a checksum that fits them.
    private func sealed(_ bytes: [UInt8]) -> [UInt8] {
        let content = bytes.dropLast(32)
        return Array(content) + Array(SHA256.hash(data: Data(content)))
    }

    @Test func whatIsWrittenIsRead() throws {
        let bytes = ModelFile.encode(model)
        let read = try ModelFile.decode(bytes)
        #expect(read == model)
        #expect(ModelFile.encode(read) == bytes)
        var (before, after) = (Classifier(model, threshold: 0), Classifier(read, threshold: 0))
        for text in Example.words { #expect(before.classify(text) == after.classify(text)) }
    }

    @Test func theNameIsTheHashOfTheBytes() {
        // SHA-256 of "abc": FIPS 180-2, appendix B.1.
        #expect(ModelFile.name(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    /// Field by field, as the format is described.
    @Test func theBytesAreThoseOfTheFormat() throws {
        let small = LinearModel(
            categories: ["a", "水"],
            space: FeatureSpace(keys: [7], inverseFrequencies: [1.5]),
            weights: [0.25, -1],
            offsets: [0, 2],
            confidence: ConfidenceCurve(evidence: [0], probabilities: [0.5]),
            minimumPeople: 5
        )
        let content: [UInt8] =
            Array("CHORUSLM".utf8) + [1, 0, 1, 0] + [5, 0, 0, 0] + [2, 0, 0, 0] + [1, 0, 0, 0] + [1, 0, 0, 0]
            + [1, 0, 0, 0, 0x61] + [3, 0, 0, 0, 0xE6, 0xB0, 0xB4] + [0, 0, 0, 0, 0, 0, 0, 0x3F]
            + [0, 0, 0, 0, 0, 0, 0, 0x40] + [7, 0, 0, 0] + [0, 0, 0xC0, 0x3F] + [0, 0, 0x80, 0x3E, 0, 0, 0x80, 0xBF]
        #expect(ModelFile.encode(small) == content + Array(SHA256.hash(data: Data(content))))
    }

    @Test func everyCutIsSeen() {
        let bytes = ModelFile.encode(model)
        for length in stride(from: 0, to: bytes.count, by: 97) {
            #expect(throws: ModelFileError.self) { try ModelFile.decode(Array(bytes[..<length])) }
        }
        #expect(throws: ModelFileError.wrongLength(expected: bytes.count, found: bytes.count - 1)) {
            try ModelFile.decode(Array(bytes.dropLast()))
        }
        #expect(throws: ModelFileError.wrongLength(expected: bytes.count, found: bytes.count + 1)) {
            try ModelFile.decode(bytes + [0])
        }
    }

    @Test func everyChangeIsSeen() {
        let bytes = ModelFile.encode(model)
        for place in stride(from: 0, to: bytes.count, by: 41) {
            var changed = bytes
            changed[place] ^= 0x10
            #expect(throws: ModelFileError.self, "byte \(place)") { try ModelFile.decode(changed) }
        }
        var changed = bytes
        changed[bytes.count - 40] ^= 1
        #expect(throws: ModelFileError.wrongChecksum) { try ModelFile.decode(changed) }
    }

    @Test func otherFilesAreNamed() {
        #expect(throws: ModelFileError.notAModel) { try ModelFile.decode([]) }
        #expect(throws: ModelFileError.notAModel) { try ModelFile.decode(Array("{\"text\":1}".utf8)) }
        var later = ModelFile.encode(model)
        later[8] = 9
        #expect(throws: ModelFileError.unknownVersion(format: 9, features: 1)) { try ModelFile.decode(sealed(later)) }
        var otherFeatures = ModelFile.encode(model)
        otherFeatures[10] = 3
        #expect(throws: ModelFileError.unknownVersion(format: 1, features: 3)) {
            try ModelFile.decode(sealed(otherFeatures))
        }
    }

    @Test func tooManyFeaturesAreRefusedBeforeTheyAreRead() {
        var bytes = ModelFile.encode(model)
        bytes.replaceSubrange(20..<24, with: [1, 0, 4, 0])
        #expect(throws: ModelFileError.tooMany(what: "features", found: 262_145, maximum: 262_144)) {
            try ModelFile.decode(sealed(bytes))
        }
    }

    @Test func whatNoTrainingGivesIsRefused() {
        var bytes = ModelFile.encode(model)
        // The last weight becomes not a number.
        bytes.replaceSubrange((bytes.count - 36)..<(bytes.count - 32), with: [0, 0, 0xC0, 0x7F])
        #expect(throws: ModelFileError.malformed("a number is not finite")) { try ModelFile.decode(sealed(bytes)) }
    }

    /// What people read ends with what to do.
    @Test func errorsSayWhatToDo() {
        let errors: [ModelFileError] = [
            .notAModel, .unknownVersion(format: 2, features: 1), .wrongLength(expected: 5, found: 4),
            .wrongLength(expected: 4, found: 5), .wrongChecksum, .malformed("x"),
        ]
        for error in errors { #expect(error.description.contains(";"), "\(error)") }
    }
}

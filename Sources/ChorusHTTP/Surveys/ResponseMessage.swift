import Demands
import EventLog
import EventSourcing
import JSONText

/// A response as a caller sent it: where it comes from is checked, its answers are judged with the survey.
struct ResponseMessage: Sendable, Equatable {
    var coordinates: GivenCoordinates
    var answers: JSONObject

    /// The response that a JSON value holds.
    ///
    /// - Throws: `Problem` 422 that names every mistake by JSON Pointer.
    init(_ value: JSONValue, _ rules: CoordinateRules) throws(Problem) {
        var fields = FieldReader(value)
        let answers = fields.value("answers", required: true)
        if let answers, answers.object == nil {
            fields.report("answers", code: .wrongType, detail: "must be an object, not \(answers.kind)")
        }
        coordinates = rules.read(&fields)
        fields.finish()
        let errors = fields.errors
        guard errors.isEmpty, let object = answers?.object else { throw .fields(errors) }
        self.answers = object
    }

    /// Every field in a fixed order, framed; neither the order of answers nor that of chosen options says anything.
    var canonicalBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendField("response 1")
        bytes.append(coordinates)
        bytes.append(coordinates.groups)
        let answers = answers.members.filter { !$0.value.isNull }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        bytes.appendNumber(UInt32(answers.count))
        for answer in answers {
            bytes.appendField(answer.key)
            guard case .array(let elements) = answer.value else {
                bytes.appendFramed(answer.value.bytes)
                continue
            }
            bytes.appendField("set")
            bytes.appendNumber(UInt32(elements.count))
            for element in elements.map(\.bytes).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                bytes.appendFramed(element)
            }
        }
        return bytes
    }
}

import Demands
import EventSourcing
import Foundation
import JSONText
import Surveys

/// The questionnaire of these tests, in the form of the HTTP door.
let exampleText = #"""
    {
      "title": {"en": "After the works", "zh": "施工之后"},
      "language": "en",
      "organization": "union",
      "groups": [{"name": "drivers", "ties": ["occupation"]}],
      "questions": [
        {"code": "use", "text": {"en": "Do you use the bridge?"}, "type": "single", "required": true,
         "options": [{"code": "yes", "text": {"en": "Yes"}}, {"code": "no", "text": {"en": "No"}}]},
        {"code": "ways", "text": {"en": "How do you cross?"}, "type": "multiple", "minimum": 2, "maximum": 3,
         "options": [{"code": "foot", "text": {"en": "On foot"}}, {"code": "bike", "text": {"en": "By bike"}},
                     {"code": "bus", "text": {"en": "By bus"}}, {"code": "car", "text": {"en": "By car"}}]},
        {"code": "calm", "text": {"en": "It is calmer now"}, "type": "scale",
         "scale": {"from": -2, "to": 2, "labels": [{"value": 2, "text": {"en": "fully agree"}}]}},
        {"code": "wish", "text": {"en": "What should change?"}, "type": "text", "maximumLength": 20,
         "collectsDemands": {"kind": "request"}},
        {"code": "road", "text": {"en": "Which road is worst?"}, "type": "text",
         "collectsDemands": {"kind": "complaint", "category": "roads"}},
        {"code": "else", "text": {"en": "Anything else?"}, "type": "text", "required": true}
      ]
    }
    """#

/// What reading a questionnaire gives: it, or where the mistakes are.
func read(_ text: String, defaultLanguage: String? = nil) throws -> (Questionnaire?, [String]) {
    var fields = FieldReader(try JSONValue.parse(text))
    let questionnaire = Questionnaire(reading: &fields, defaultLanguage: defaultLanguage)
    fields.finish()
    return (questionnaire, fields.errors.map { "\($0.pointer) \($0.code)" })
}

func example() throws -> Questionnaire {
    guard let questionnaire = try read(exampleText).0 else { throw NoExample() }
    return questionnaire
}

struct NoExample: Error {}

func answers(_ text: String) throws -> JSONObject {
    guard let object = try JSONValue.parse(text).object else { throw NoExample() }
    return object
}

func recorded(_ event: NewEvent, body: String? = nil, schemaVersion: Int16 = 1) -> RecordedEvent {
    RecordedEvent(
        position: 7,
        stream: StreamID(type: Survey.streamType, id: UUID()),
        version: 1,
        type: event.type,
        schemaVersion: schemaVersion,
        body: body.map { Array($0.utf8) } ?? event.body,
        actor: "test",
        recordedAt: Timestamp(microsecondsSince1970: 0)
    )
}

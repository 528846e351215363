import Demands
import EventLog
import EventSourcing
import Foundation
import JSONText

extension MessageRecord {
    /// Everything that a reader of it sees; words are null once forgotten.
    ///
    /// - Parameter showsEarlier: whether the words that were amended are among it.
    func write(to json: inout JSONWriter, passages: [Int16: Passage], showsEarlier: Bool, for reader: Reader) {
        json.field("id", id.text)
        json.field("position", position)
        json.field("receivedAt", receivedAt.description)
        json.field("status", status)
        switch opening {
        case .feedback: write(wordings, to: &json, passages, showsEarlier: showsEarlier)
        case .response(let response):
            json.field("survey", response.survey.text)
            json.field("surveyVersion", response.surveyVersion)
            json.array("answers", of: response.answers) { json, answer in
                json.object { json in
                    json.field("question", answer.question)
                    switch answer.value {
                    case .options(let options): json.field("options", options)
                    case .scale(let value): json.field("scale", value)
                    case .text(let passage): json.field("text", shown(passage.number, passages))
                    }
                }
            }
        }
        json.array("additions", of: additions) { json, addition in
            json.object { json in
                json.field("at", addition.at.description)
                json.field("text", shown(addition.text.number, passages))
            }
        }
        json.field("channel", coordinates.channel)
        json.field("occurredAt", coordinates.occurredAt?.description)
        json.field("source", coordinates.source)
        json.field("organization", coordinates.organization)
        json.field("place", coordinates.place)
        json.write(groups: coordinates.groups)
        json.field("language", coordinates.language)
        json.field("reportedSupport", coordinates.reportedSupport)
        json.array("demands", of: demands) { json, demand in
            json.object { json in
                write(demand, to: &json)
                writeHandling(of: demand, to: &json, passages, for: reader)
            }
        }
    }

    private func write(
        _ wordings: [FeedbackWording],
        to json: inout JSONWriter,
        _ passages: [Int16: Passage],
        showsEarlier: Bool
    ) {
        func write(_ wording: FeedbackWording, to json: inout JSONWriter) {
            json.field("text", shown(wording.text.number, passages))
            json.field("subject", wording.subject.flatMap { shown($0.number, passages) })
        }
        guard let present = wordings.last else { return }
        write(present, to: &json)
        json.field("amendedAt", wordings.count > 1 ? present.at.description : nil)
        guard showsEarlier else { return }
        json.array("earlier", of: wordings.dropLast()) { json, wording in
            json.object { json in
                json.field("at", wording.at.description)
                write(wording, to: &json)
            }
        }
    }

    /// What the person who spoke sees: none of their own wording, since the code may be read over their shoulder; the answers.
    func writeForSender(to json: inout JSONWriter, _ passages: [Int16: Passage]) {
        json.field("status", status)
        json.field("receivedAt", receivedAt.description)
        writeHistory(to: &json)
        json.array("demands", of: demands) { json, demand in
            json.object { json in
                write(demand, to: &json)
                writeHandling(of: demand, to: &json, passages, for: .sender)
            }
        }
    }

    /// Every step, oldest first; of one demand when its number is given.
    func writeHistory(to json: inout JSONWriter, of demand: Int16? = nil) {
        let steps = steps.filter { demand == nil || $0.demand == nil || $0.demand == demand }
        json.array("history", of: steps) { json, step in
            json.object { json in
                json.field("at", step.at.description)
                json.field("what", step.what)
                if let number = step.demand {
                    json.field("demand", "\(id.text).\(number)")
                    json.field("value", step.value)
                    json.field("method", step.method?.rawValue)
                }
            }
        }
    }

    /// One demand's members.
    func write(_ demand: Demand, to json: inout JSONWriter) {
        json.field("id", "\(id.text).\(demand.number)")
        json.field("kind", demand.kind?.rawValue)
        json.field("kindMethod", demand.kindMethod?.rawValue)
        json.field("category", demand.category)
        json.field("categoryMethod", demand.method?.rawValue)
        json.field("categoryMethodVersion", ifPresent: demand.methodVersion)
        json.field("confidence", ifPresent: demand.confidence)
        if let carried = demand.carried {
            json.object("carried") { json in
                json.field("category", carried.category)
                json.field("method", carried.method.rawValue)
                json.field("methodVersion", ifPresent: carried.methodVersion)
                json.field("isUndecided", carried.isUndecided)
            }
        }
        json.field("spans", ifPresent: demand.spans)
        if let parent = demand.dividedFrom { json.field("dividedFrom", "\(id.text).\(parent)") }
        if demand.isRejoined { json.field("isRejoined", true) }
        json.write(groups: demand.groups)
        json.field("place", demand.place)
    }
}

extension JSONWriter {
    mutating func write(groups: [GroupLink]) {
        array("groups", of: groups) { json, group in
            json.object { json in
                json.field("name", group.name)
                json.field("ties", group.ties.map(\.rawValue))
                json.field("assertedBy", group.assertedBy)
            }
        }
    }
}

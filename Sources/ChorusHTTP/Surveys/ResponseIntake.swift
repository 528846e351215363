import Demands
import EventLog
import EventSourcing
import Foundation
import Surveys

/// Makes responses to one survey ready for storing; `MessageIntake` stores them.
///
/// The survey is read by the decision itself, at the version that the append then checks: no response gets a position
/// behind the survey's closing.
struct ResponseIntake: Sendable {
    let survey: StreamID
    let states: SurveyStates
    let caller: Caller
    let vocabulary: Vocabulary

    /// Makes the submission of a response.
    ///
    /// - Parameters:
    ///   - key: what the caller calls this request; ignored when the response has an `externalId`.
    ///   - line: of a bulk body.
    func prepare(_ response: ResponseMessage, key: IdempotencyKey?, line: Int? = nil) -> MessageIntake.Prepared {
        let tenant = caller.tenant
        let id = streamID(response, key, line)
        let code = TrackingCode(message: id, tenant: tenant.code, secret: tenant.intakeSecret)
        var said: [UInt8] = []
        said.appendField(survey.id.text)
        let content = response.canonicalBytes
        let hash = tenant.intakeSecret.hmacSHA256(of: said + content)
        let stream = StreamID(type: Message.responseStreamType, id: id)
        // Here, where requests work side by side, and not in the decision, for which others wait. Which answers open
        // demands only the survey knows.
        let categories = response.answers.members.compactMap(\.value.string).map { text in
            (text: text, category: vocabulary.category(subject: nil, text: text))
        }
        let submission = Submission(
            tenant: tenant.id,
            stream: stream,
            reads: [survey],
            likelyNew: true,
            person: response.coordinates.person,
            actor: caller.actor,
            bytes: Submission.usualBytes + content.count,
            recognisesItself: true
        ) { known in
            try decide(response, known, categories, requestHash: hash, code: code)
        }
        return MessageIntake.Prepared(
            stream: stream,
            code: code,
            submission: submission,
            isKeyed: key != nil && response.coordinates.externalID == nil
        )
    }

    /// An id at the source is one within its survey: each survey has its own numbering of responses.
    private func streamID(_ response: ResponseMessage, _ key: IdempotencyKey?, _ line: Int?) -> UUID {
        if let source = response.coordinates.source, let externalID = response.coordinates.externalID {
            return MessageIntake.streamID(["response", survey.id.text, source, externalID], caller.tenant)
        }
        return MessageIntake.streamID(key, line: line, caller)
    }

    private func decide(
        _ response: ResponseMessage,
        _ known: Known,
        _ categories: [(text: String, category: GivenCategory?)],
        requestHash: [UInt8],
        code: TrackingCode
    ) throws -> Decision {
        if !known.history.isEmpty {
            guard MessageIntake.repeats(known, requestHash, caller) else { throw MessageRejection.contentChanged }
            return .nothing
        }
        let given = response.coordinates
        var passages: [Passage] = []
        let submit: SubmitResponse
        do {
            submit = try Responses.submission(
                of: response.answers,
                to: survey.id,
                try states.state(after: known.others[survey] ?? [], tenant: caller.tenant.id),
                coordinates: given.coordinates(person: known.personToken),
                allowedChannels: vocabulary.channels,
                seal: { number, text in
                    let sealed = SealedPassage(number, "answer", text, given.language)
                    passages.append(sealed.passage)
                    return sealed.link
                },
                category: { text in categories.first { $0.text.utf8.elementsEqual(text.utf8) }?.category }
            )
        } catch let refusal as ResponseRefusal {
            switch refusal {
            case .survey(.unknownSurvey): throw Problem.notFound
            case .survey(let rejection): throw rejection
            case .answers(let invalid): throw Problem.fields(invalid.errors)
            }
        }
        let events = try Message.decide(.submit(submit), Message.initialState)
        return Decision(
            events: events.map(\.encoded),
            passages: passages,
            intake: Intake(
                trackingHash: code.hash,
                requestHash: requestHash,
                source: given.source,
                externalID: given.externalID
            )
        )
    }
}

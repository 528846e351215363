import Demands
import EventLog
import EventSourcing
import JSONText
import Surveys

/// What is asked, and what is answered.
extension Town {
    /// Drafts, revises, opens or closes one.
    mutating func runASurvey() {
        guard surveys.count >= 2, !random.chance(25), let index = surveys.indices.randomElement(using: &random) else {
            let survey = Asked(stream: StreamID(type: Survey.streamType, id: id()), state: Survey.initialState)
            surveys.append(survey)
            run(.draft(questionnaire()), survey: surveys.count - 1)
            if random.chance(70) { run(.open, survey: surveys.count - 1) }
            return
        }
        switch surveys[index].state.status {
        case .draft:
            if random.chance(40) { run(.revise(questionnaire()), survey: index) } else { run(.open, survey: index) }
        case .open: if random.chance(30) { run(.close, survey: index) }
        case .closed, nil: break
        }
    }

    mutating func respond() {
        guard let survey = one(of: surveys.filter { $0.state.status == .open }),
            let questionnaire = survey.state.questionnaire
        else { return }
        let text = answers(to: questionnaire)
        guard let object = (try? JSONValue.parse(text))?.object else { return }
        let response = try? Responses.submission(
            of: object,
            to: survey.stream.id,
            survey.state,
            coordinates: coordinates(),
            allowedChannels: channels.open(original: Self.originalChannels),
            seal: { number, _ in PassageLink(number: number, commitment: "00") },
            category: { GivenCategory(code: $0.count.isMultiple(of: 2) ? "roads" : "parks", method: .keywords) }
        )
        guard let response else { return }
        let stream = StreamID(type: Message.responseStreamType, id: id())
        var state = Message.initialState
        run(Message.self, .submit(response), &state, stream)
        if state.isReceived { messages.append(Spoken(stream: stream, state: state, receivedAt: time)) }
    }

    private mutating func run(_ command: Survey.Command, survey index: Int) {
        var survey = surveys[index]
        run(Survey.self, command, &survey.state, survey.stream)
        surveys[index] = survey
    }

    private mutating func questionnaire() -> Questionnaire {
        let choices = ["yes", "no", "rarely"].map { Question.Option(code: $0, text: wording($0)) }
        let ways = ["foot", "bike", "bus"].map { Question.Option(code: $0, text: wording($0)) }
        let lowest = Int.random(in: -2...0, using: &random)
        var questions = [
            Question(code: "use", text: wording("use"), isRequired: true, form: .single(choices)),
            Question(code: "ways", text: wording("ways"), form: .multiple(ways, minimum: 1, maximum: 3)),
            Question(
                code: "calm",
                text: wording("calm"),
                form: .scale(Question.Scale(from: lowest, to: 2, labels: [.init(value: 1, text: wording("calmer"))]))
            ),
        ]
        for code in ["wish", "worry", "else"] where random.chance(70) {
            let rule =
                random.chance(70) ? Question.DemandRule(kind: kind(), category: one(of: ["roads", nil]) ?? nil) : nil
            questions.append(Question(code: code, text: wording(code), form: .text(maximumLength: 200, demands: rule)))
        }
        return Questionnaire(
            title: wording("Survey"),
            language: "en",
            organization: random.chance(40) ? one(of: Words.organizationCodes) : nil,
            groups: random.chance(40) ? links() : [],
            questions: questions
        )
    }

    private mutating func answers(to questionnaire: Questionnaire) -> String {
        let bytes = JSONWriter.object { json in
            for question in questionnaire.questions where question.isRequired || random.chance(70) {
                switch question.form {
                case .single(let options): json.field(question.code, one(of: options.map(\.code)) ?? "")
                case .multiple(let options, _, _):
                    json.field(question.code, options.map(\.code).filter { _ in random.chance(50) })
                case .scale(let scale):
                    json.field(question.code, Int.random(in: scale.from...scale.to, using: &random))
                case .text: json.field(question.code, random.chance(80) ? word() : " ")
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func wording(_ text: String) -> Wording {
        let number = Int.random(in: 1...3, using: &random)
        var texts = [Wording.Text(language: "en", text: "\(text) \(number)")]
        if random.chance(50) { texts.append(Wording.Text(language: "zh", text: "\u{95EE}\(number)")) }
        return Wording(texts)
    }
}

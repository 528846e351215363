import Surveys
import Testing

@Suite struct OpenAndCloseASurvey {
    private func state(_ events: SurveyEvent...) -> Survey.State { Survey.state(after: events) }

    private func refusal(_ command: Survey.Command, _ state: Survey.State) -> SurveyRejection? {
        do {
            _ = try Survey.decide(command, state)
            return nil
        } catch {
            return error
        }
    }

    @Test func draftsOnce() throws {
        let survey = try example()
        var other = survey
        other.organization = nil
        #expect(try Survey.decide(.draft(survey), Survey.initialState) == [.drafted(survey)])
        let drafted = state(.drafted(survey))
        #expect(drafted.status == .draft && drafted.version == 1)
        #expect(refusal(.draft(other), drafted) == .exists)
    }

    @Test func aRepeatedDraftChangesNothingEvenAfterItWasRevised() throws {
        let survey = try example()
        var other = survey
        other.organization = nil
        let state = state(.drafted(survey), .revised(other, version: 2), .opened)
        #expect(try Survey.decide(.draft(survey), state) == [])
    }

    @Test func revisingADraftRaisesItsVersion() throws {
        let survey = try example()
        var other = survey
        other.organization = nil
        let drafted = state(.drafted(survey))
        #expect(try Survey.decide(.revise(other), drafted) == [.revised(other, version: 2)])
        #expect(try Survey.decide(.revise(survey), drafted) == [])
        let revised = state(.drafted(survey), .revised(other, version: 2))
        #expect(revised.version == 2 && revised.questionnaire == other && revised.status == .draft)
        #expect(try Survey.decide(.revise(survey), revised) == [.revised(survey, version: 3)])
    }

    @Test func takesAHundredVersionsAtMost() throws {
        let survey = try example()
        var other = survey
        other.organization = nil
        #expect(try Survey.decide(.revise(survey), state(.drafted(other), .revised(other, version: 99))).count == 1)
        let full = state(.drafted(other), .revised(other, version: 100))
        #expect(refusal(.revise(survey), full) == .tooManyVersions)
        #expect(try Survey.decide(.revise(other), full) == [] && Survey.decide(.open, full) == [.opened])
    }

    @Test func opensOnceAndClosesOnce() throws {
        let survey = try example()
        #expect(try Survey.decide(.open, state(.drafted(survey))) == [.opened])
        #expect(try Survey.decide(.close, state(.drafted(survey), .opened)) == [.closed])
        #expect(state(.drafted(survey), .opened).status == .open)
        #expect(state(.drafted(survey), .opened, .closed).status == .closed)
    }

    @Test func refusesWhatItsStatusForbids() throws {
        let survey = try example()
        let (draft, open) = (state(.drafted(survey)), state(.drafted(survey), .opened))
        let closed = state(.drafted(survey), .opened, .closed)
        #expect(refusal(.close, draft) == .notOpen)
        #expect(refusal(.open, open) == .alreadyOpen)
        #expect(refusal(.revise(survey), open) == .notDraft)
        #expect(refusal(.revise(survey), closed) == .notDraft)
        #expect(refusal(.open, closed) == .closed)
        #expect(refusal(.close, closed) == .closed)
        for command in [Survey.Command.open, .close, .revise(survey)] {
            #expect(refusal(command, Survey.initialState) == .unknownSurvey)
        }
        let conflicts = [
            SurveyRejection.exists, .notDraft, .tooManyVersions, .noQuestions, .alreadyOpen, .notOpen, .closed,
        ]
        #expect(conflicts.filter { !$0.isStateConflict }.isEmpty)
    }

    @Test func refusesToOpenWithoutQuestions() throws {
        var survey = try example()
        survey.questions = []
        #expect(refusal(.open, state(.drafted(survey))) == .noQuestions)
    }
}

@Suite struct StoreASurvey {
    /// Stored bodies write out what requests leave out: as long a survey as the door takes must be read back.
    @Test func isReadBackHoweverLongItBecame() throws {
        let filler = String(repeating: "a", count: 1_240)
        let questions = (1...200).map { #"{"code":"q\#($0)","type":"text","text":{"en":"\#(filler)"}}"# }
        let request = #"{"title":{"en":"t"},"language":"en","questions":[\#(questions.joined(separator: ","))]}"#
        let survey = try #require(try read(request).0)
        let event = SurveyEvent.drafted(survey).encoded
        #expect(request.utf8.count <= 262_144 && event.body.count > 262_144)
        #expect(try SurveyEvent(decoding: recorded(event)) == .drafted(survey))
    }
}

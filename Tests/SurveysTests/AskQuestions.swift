import Surveys
import Testing

@Suite struct AskQuestions {
    @Test func hasAStreamOfItsOwn() { #expect(Survey.streamType == "survey") }
}

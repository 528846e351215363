import Demands
import Testing

/// Codes are part of the HTTP contract, and so is which of them say that the demand is not where the caller believes.
@Suite struct SayWhyItIsRefused {
    static let table: [(rejection: HandlingRejection, code: String, isStateConflict: Bool)] = [
        (.wrongState(.closed, wanted: .accepted), "wrong-state", true),
        (.notOpen(.answered), "not-open", true),
        (.closed(.refused), "already-closed", true),
        (.claimed, "already-claimed", true),
        (.notRouted, "not-routed", true),
        (.nobodyAbove("city"), "nobody-above", false),
        (.unknownOrganization("city"), "unknown-organization", false),
        (.isAgainst("city"), "against-organization", false),
        (.tooManyReplies, "too-many-replies", true),
        (.tooManyReopenings, "too-many-reopenings", true),
        (.repliedAtImpossible, "impossible-time", false),
        (.judgesNothing, "judges-nothing", false),
        (.nothingToJudge, "nothing-to-judge", true),
        (.alreadyJudged, "already-judged", true),
        (.isItself, "duplicate-of-itself", false),
        (.maskOutside(length: 20), "outside", false),
        (.unknownPassage(3), "unknown-passage", false),
        (.tooManyMasks, "too-many-masks", false),
    ]

    @Test(arguments: table.indices)
    func codesAreStable(_ row: Int) {
        let (rejection, code, isStateConflict) = Self.table[row]
        #expect(rejection.code == code)
        #expect(rejection.isStateConflict == isStateConflict)
        // What the message's decider throws says the same.
        #expect(MessageRejection.handling(rejection).code == code)
        #expect(MessageRejection.handling(rejection).detail == rejection.detail)
        #expect(MessageRejection.handling(rejection).isStateConflict == isStateConflict)
    }

    @Test func codesTellRejectionsApart() {
        #expect(Set(Self.table.map(\.code)).count == Self.table.count)
    }

    @Test(arguments: [
        (
            HandlingRejection.wrongState(.accepted, wanted: .closed),
            "the demand is accepted, from where no step leads to closed; it can become in_progress, answered, refused, "
                + "duplicate. Nothing was changed"
        ),
        (.notOpen(.answered), "the demand is answered; reopen it first. Nothing was changed"),
        (.closed(.duplicate), "the demand is duplicate and takes no reply; reopen it first. Nothing was changed"),
        (.claimed, "another reviewer has this demand in hand; ask them to give it back (unclaim). Nothing was changed"),
        (.notRouted, "nobody is responsible for this demand yet; route it first. Nothing was changed"),
        (.nobodyAbove("city"), "no organization stands above city that could hear this demand. Nothing was changed"),
        (.repliedAtImpossible, "repliedAt must lie between when the message occurred and now. Nothing was changed"),
        (.judgesNothing, "say isSolved, isSatisfied or both; nothing was changed"),
        (.nothingToJudge, "this demand has no answer that stands; nothing was changed"),
        (.alreadyJudged, "this answer was judged before; a judgement is given once. Nothing was changed"),
        (.isItself, "a demand is no duplicate of itself. Nothing was changed"),
        (
            .maskOutside(length: 20),
            "every span must lie within the passage, which has 20 Unicode scalars. Nothing was changed"
        ),
        (.unknownPassage(3), "the message has no passage 3, or its words were forgotten. Nothing was changed"),
        (.tooManyReplies, "this demand has 100 replies already. Nothing was changed"),
    ])
    func saysWhatWasWrongAndWhatToDo(_ rejection: HandlingRejection, _ words: String) {
        #expect(rejection.detail == words)
    }
}

/// What becomes of a message that comes again under its `externalId` with other content.
package enum OnChange: String, Sendable, CaseIterable {
    /// It is refused, and the stored one stays as it is.
    case refuse
    /// It becomes an amendment: the stored one is kept, the new one holds from now on.
    case amend
}

/// The sender said it anew, all of it: what came before stays in the log and in the vault.
package struct FeedbackAmended: Sendable, Equatable {
    /// As if it came in now, with passages of its own.
    package var content: FeedbackReceived

    package init(content: FeedbackReceived) {
        self.content = content
    }
}

extension Message {
    /// Amendments that one message takes: two passages each, numbered in 16 bits.
    package static let maximumAmendments = 1_000

    /// What changes when a stored message comes again; nothing when it says what is stored.
    ///
    /// A message without its words takes no others: whoever asked to be forgotten does not come back by a synchronisation.
    static func amend(_ message: ReceiveFeedback, _ state: State) throws(MessageRejection) -> [MessageEvent] {
        guard !state.isForgotten else { throw .forgotten }
        guard !message.repeatsStoredRequest else { return [] }
        guard !state.isWithdrawn else { throw .withdrawn }
        guard state.amendments < maximumAmendments else { throw .tooManyAmendments }
        let channel = message.received.coordinates.channel
        // A channel that was closed since stays that of what came by it.
        guard channel == state.coordinates?.channel || message.allowedChannels.contains(channel) else {
            throw .unknownChannel(allowed: message.allowedChannels)
        }
        return [.amended(FeedbackAmended(content: message.received))] + heardBy(message, state)
            + reclassified(message, state)
    }

    /// Whom the message's demands speak against, and whether they are urgent, as it is said now.
    ///
    /// What is no longer said of whom it speaks against stays: leaving it out must not show the words to those. A reviewer
    /// takes it back.
    private static func heardBy(_ message: ReceiveFeedback, _ state: State) -> [MessageEvent] {
        var events: [HandlingEvent] = []
        for (index, demand) in state.demands.enumerated() where !demand.isRejoined {
            let (number, present) = (Int16(index + 1), demand.handling)
            if let against = message.against, against != present.givenAgainst,
                present.against == nil || present.against == present.givenAgainst
            {
                events.append(.againstSet(DemandAgainstSet(demand: number, organization: against, isGiven: true)))
                events += moveAway(number, against, present, message.organizations)
            }
            if message.isUrgent != present.isGivenUrgent, !present.urgencyIsReviewed {
                let set = DemandUrgencySet(
                    demand: number,
                    isUrgent: message.isUrgent,
                    due: present.due,
                    isGiven: true
                )
                events.append(.urgencySet(set))
            }
        }
        return events.map(MessageEvent.handled)
    }

    /// Kind and category of the message's demand as they are said now, where no reviewer has spoken.
    private static func reclassified(_ message: ReceiveFeedback, _ state: State) -> [MessageEvent] {
        guard let demand = state.demands.first else { return [] }
        var events: [MessageEvent] = []
        if !demand.kindIsReviewed, demand.kind != message.kind {
            events.append(.demandKindSet(DemandKindSet(demand: 1, kind: message.kind, method: .given)))
        }
        guard !demand.isReviewed else { return events }
        if let category = message.category {
            guard demand.category != category.code || demand.method != category.method else { return events }
            events.append(
                .demandCategorised(
                    DemandCategorised(
                        demand: 1,
                        category: category.code,
                        method: category.method,
                        methodVersion: category.methodVersion
                    )
                )
            )
        } else if let method = demand.method, demand.category != unclassifiedCategory {
            // Taken back the way it came.
            events.append(
                .demandCategorised(
                    DemandCategorised(
                        demand: 1,
                        category: unclassifiedCategory,
                        method: demand.carried?.method ?? method
                    )
                )
            )
        }
        return events
    }

    static func amend(_ state: inout State, _ event: FeedbackAmended) {
        let content = event.content
        state.amendments += 1
        state.coordinates = content.coordinates
        state.lastPassage = max(state.lastPassage, content.text.number, content.subject?.number ?? 0)
        for index in state.demands.indices {
            if !state.demands[index].groupsAreReviewed { state.demands[index].groups = content.coordinates.groups }
            if !state.demands[index].placeIsReviewed { state.demands[index].place = content.coordinates.place }
        }
    }
}

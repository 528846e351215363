import Demands
import EventLog
import EventSourcing
import Foundation
import TestSupport

/// An invented feedback with words, a sender and a category, as the HTTP door makes it ready for storing.
///
/// The same number gives the same message but for its stream's id and its salt.
struct BenchMessage {
    let text: String
    let person: PersonReference
    let kind: DemandKind?
    let category: GivenCategory
    let channel: String
    let place: String
    let occurredAt: Timestamp?

    /// The message that `scripts/bench` sends over HTTP and lets its peers insert: new words and a new person each.
    init(single number: Int, run: String) {
        text = Self.words(number)
        person = PersonReference(source: "bench", reference: "\(run)-\(number)")
        kind = nil
        category = GivenCategory(code: "traffic", method: .keywords, methodVersion: 1)
        channel = "web"
        place = "A7"
        occurredAt = nil
    }

    /// One of a large log: people who speak three times, a few places and categories that have most of it.
    init(_ number: Int, of town: Town) {
        var random = SeededRandom(seed: UInt64(number))
        text = Self.words(number)
        person = PersonReference(source: "bench", reference: "p\(Int.random(in: 0..<town.people, using: &random))")
        kind = DemandKind.allCases[Self.skewed(DemandKind.allCases.count, &random)]
        category = GivenCategory(
            code: Town.categories[Self.skewed(Town.categories.count, &random)],
            method: .keywords,
            methodVersion: 1
        )
        channel = Channel.defaults[Self.skewed(4, &random)]
        place = "Quarter \(Self.skewed(town.places, &random) + 1)"
        let second = Int.random(in: 0..<town.days * 86_400, using: &random)
        occurredAt = Timestamp(microsecondsSince1970: (Town.lastDay - Int64(second)) * 1_000_000)
    }

    /// The command that stores it: two passes of HMAC for the tracking code and the content, one for the commitment.
    func submission(to tenant: TenantRecord) -> Submission {
        let id = UUID.timeOrdered()
        let secret = tenant.intakeSecret
        let intake = Intake(
            trackingHash: sha256(secret.hmacSHA256(of: id.bytes)),
            requestHash: secret.hmacSHA256(of: Array(text.utf8)),
            source: person.source,
            externalID: nil
        )
        return Submission(
            tenant: tenant.id,
            stream: StreamID(type: Message.streamType, id: id),
            likelyNew: true,
            person: person,
            actor: "key:benchmark0",
            bytes: Submission.usualBytes + text.utf8.count,
            recognisesItself: true
        ) { known in
            let salt = [UInt8].freshSalt()
            let commitment = hmacSHA256(Array(text.utf8), key: salt).hexadecimal
            let received = FeedbackReceived(
                coordinates: MessageCoordinates(
                    channel: channel,
                    source: person.source,
                    occurredAt: occurredAt,
                    place: place,
                    person: known.personToken
                ),
                text: PassageLink(number: 1, commitment: commitment)
            )
            let command = ReceiveFeedback(
                received: received,
                kind: kind,
                category: category,
                allowedChannels: Channel.defaults,
                repeatsStoredRequest: true
            )
            let events = try Message.decide(.receive(command), Message.state(after: known.history))
            return Decision(
                events: events.map(\.encoded),
                passages: [Passage(number: 1, kind: "text", language: nil, body: text, salt: salt)],
                intake: intake
            )
        }
    }

    private static func words(_ number: Int) -> String {
        "The street lamps in our lane have been dark for three weeks, message \(number) of many. Children walk home "
            + "from evening classes there, please have them repaired before winter."
    }

    /// A number below `count`, small ones more often: the square of a uniform one.
    private static func skewed(_ count: Int, _ random: inout SeededRandom) -> Int {
        let share = Double.random(in: 0..<1, using: &random)
        return Int(share * share * Double(count))
    }
}

/// What the messages of a large log are spread over.
struct Town {
    var people = 100_000
    var places = 40
    var days = 90

    static let categories = [
        "traffic/roads", "housing/repairs", "schools/campus", "environment/noise", "work/pay", "health/care",
        "supply/internet", "security/pension", "market/food", "safety/fire", "family/elderly", "administration",
    ]
    /// 2026-01-01T00:00:00Z, in seconds since 1970.
    static let lastDay: Int64 = 1_767_225_600
}

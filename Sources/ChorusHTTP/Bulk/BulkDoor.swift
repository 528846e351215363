import Hummingbird
import JSONText

/// What every bulk route is made of: the bounds, the seats, and what is looked at again while a body comes in.
struct BulkDoor: Sendable {
    let services: Services
    let access: Access
    let settings: BulkSettings
    let seats: BulkSeats

    /// Takes a seat and answers with results while the body comes in.
    ///
    /// - Parameter prepare: makes a line's value ready for storing, by the vocabulary of that moment; without I/O.
    func answer(
        _ call: Call,
        _ caller: Caller,
        _ request: BulkRequest,
        prepare: @escaping @Sendable (JSONValue, Int, Vocabulary) throws(Problem) -> MessageIntake.Prepared
    ) async throws -> Response {
        let seat = try seats.take(caller.key.id)
        let vocabulary = try await FreshVocabulary(services, caller.tenant)
        let bulk = BulkIntake(
            intake: MessageIntake(store: services.store),
            prepare: { value, line throws(Problem) in try prepare(value, line, vocabulary.present) },
            refusedOnly: request.refusedOnly,
            settings: settings,
            keyWorks: {
                await vocabulary.refresh()
                return try await access.stillWorks(call)
            },
            trace: call.trace,
            logger: call.logger
        )
        return bulk.response(to: call, seat)
    }
}

import Hummingbird
import JSONText

/// What every bulk route is made of: the bounds, the seats, and what is looked at again while a body comes in.
struct BulkDoor: Sendable {
    let services: Services
    let access: Access
    let settings: BulkSettings
    let seats: BulkSeats

    /// Takes a seat and answers with results while messages come in.
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
        let intake = MessageIntake(store: services.store)
        return answer(call, request, seat, refresh: { await vocabulary.refresh() }) { value, line throws(Problem) in
            let prepared = try prepare(value, line, vocabulary.present)
            return BulkWork(stream: prepared.stream.id) {
                let receipt = try await intake.store(prepared)
                return BulkResult(status: 201, isRepeat: receipt.isRepeat) { receipt.write(to: &$0) }
            }
        }
    }

    /// Takes a seat and answers with results while lines of any kind come in.
    ///
    /// - Parameters:
    ///   - refresh: called with every piece of the body, for what may have changed since.
    ///   - prepare: makes a line's value ready for carrying out; without I/O.
    func answer(
        _ call: Call,
        _ caller: Caller,
        _ request: BulkRequest,
        refresh: @escaping @Sendable () async -> Void,
        work prepare: @escaping @Sendable (JSONValue, Int) throws(Problem) -> BulkWork
    ) throws -> Response {
        answer(call, request, try seats.take(caller.key.id), refresh: refresh, prepare)
    }

    private func answer(
        _ call: Call,
        _ request: BulkRequest,
        _ seat: BulkSeats.Seat,
        refresh: @escaping @Sendable () async -> Void,
        _ prepare: @escaping @Sendable (JSONValue, Int) throws(Problem) -> BulkWork
    ) -> Response {
        let bulk = BulkIntake(
            prepare: prepare,
            refusedOnly: request.refusedOnly,
            settings: settings,
            keyWorks: {
                await refresh()
                return try await access.stillWorks(call)
            },
            trace: call.trace,
            logger: call.logger
        )
        return bulk.response(to: call, seat)
    }
}

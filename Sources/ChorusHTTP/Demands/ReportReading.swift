import Demands
import EventLog
import EventSourcing

extension Services {
    /// Lets only named readers read demands of kind `report` (举报), and records each of their readings.
    ///
    /// Who sent it reads it as any message of theirs. Without named readers, only administrators are.
    /// - Throws: `Problem` 403 for others.
    func requireReading(of demands: [MessageRecord.Demand], _ record: MessageRecord, _ caller: Caller) async throws {
        let reports = demands.filter { $0.kind == .report && !$0.isRejoined }
        guard !reports.isEmpty else { return }
        guard try await reads(reports: caller) else { throw Problem.namedReadersOnly }
        for report in reports {
            let id = DemandID(message: record.id, number: report.number)
            _ = try await store.execute(
                Submission(tenant: caller.tenant.id, stream: record.stream, actor: caller.actor) {
                    [now = now()] known in
                    let command = HandleDemand(id, .read, actor: caller.actor, now: now, receivedAt: now)
                    let state = try Message.state(after: known.history)
                    return Decision(events: try Message.decide(.handle(command), state).map(\.encoded))
                }
            )
        }
    }

    /// Whether the caller is among those who may read reports.
    func reads(reports caller: Caller) async throws -> Bool {
        let routing = try await folded.state(of: Routing.self, type: Routing.streamType, tenant: caller.tenant.id)
        let readers = routing?.rules.reportReaders ?? []
        return readers.isEmpty ? caller.has(.admin) : readers.contains(caller.key.id)
    }
}

extension Problem {
    static var namedReadersOnly: Problem {
        Problem(
            403,
            "named-readers-only",
            "the words of a report are for its named readers only (reportReaders of GET /v1/routing), and so is saying that it is "
                + "none; everything else about it can be done without them"
        )
    }
}

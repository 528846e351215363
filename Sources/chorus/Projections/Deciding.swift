import ArgumentParser
import EventLog
import Foundation
import Postgres
import Projectors

/// What the commands that decide about parked streams have in common.
struct Deciding {
    let projector: String
    /// Nil: all that are parked.
    let stream: String?
    /// Nil: any tenant's.
    let tenant: String?
    let common: CommonOptions

    typealias Decision = (
        ParkedStreamDecisions, any PostgresProjector, ParkedStream
    ) async throws -> ParkedStreamDecisions.Outcome

    /// Who decides: the account that runs the command.
    static var operatorName: String { ProcessInfo.processInfo.userName }

    /// Carries out a decision for each stream, one after the other, and says what came of it.
    ///
    /// - Throws: `ExitCode.failure` when one of them could not be carried out, or left its stream parked.
    func run(_ decide: Decision) async throws {
        guard let projector = AllProjectors.make().first(where: { $0.name == projector }) else {
            throw ProjectorNames.unknown(projector)
        }
        let id = try streamID()
        let settings = try await Settings.load(common)
        let isDone = try await Database.with(settings) { database in
            // A registry's history may be long.
            try await database.withOperators(statementTimeout: .seconds(600)) { pool in
                let tenant = try await tenant.asyncMap { try await database.tenant($0, from: pool).id }
                let parked = try await ParkedStream.all(of: projector.name, tenant: tenant, from: pool)
                let chosen = parked.filter { id == nil || $0.stream.id == id }
                if chosen.isEmpty, id == nil {
                    Console.result("\(projector.name): nothing is parked")
                    return true
                }
                guard id == nil || chosen.count == 1 else {
                    throw Complaint(
                        chosen.isEmpty
                            ? "\(projector.name) has no such stream parked; `chorus projections parked` lists those it has"
                            : "several tenants have this stream parked; name one with --tenant"
                    )
                }
                let decisions = ParkedStreamDecisions(pool: pool, files: database.files)
                var isDone = true
                for stream in chosen {
                    do {
                        let outcome = try await decide(decisions, projector, stream)
                        Console.result(Self.words(outcome))
                        isDone = isDone && outcome.parkedAgain == nil && outcome.waitsBecause == nil
                    } catch let refusal as ParkingRefusal {
                        Console.complain("\(stream.stream): \(refusal)")
                        isDone = false
                    }
                }
                return isDone
            }
        }
        if !isDone { throw ExitCode.failure }
    }

    private func streamID() throws -> UUID? {
        guard let stream else { return nil }
        guard let id = UUID(uuidString: String(stream.suffix(36))) else {
            throw Complaint("\(stream) is no stream; it is named as `chorus projections parked` shows it")
        }
        return id
    }

    private static func words(_ outcome: ParkedStreamDecisions.Outcome) -> String {
        let parked = outcome.parked
        if let obstacle = outcome.waitsBecause {
            return "\(parked.stream): the event at position \(parked.position) is skipped from the next generation on, "
                + "because \(obstacle); until then the stream stays left out. Run: "
                + "chorus projections rebuild \(parked.projector)"
        }
        if let event = outcome.parkedAgain {
            return "\(parked.stream): \(outcome.events) events read, then parked again: \(event)"
        }
        return "\(parked.stream): \(outcome.events) events read; it is parked no longer"
    }
}

extension Optional {
    fileprivate func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}

import EventLog
import EventSourcing
import Foundation
import Postgres

/// A plan, run on a store and compared with the model: everything that is not as it must be, in words.
struct ModelTrial {
    let plan: ModelPlan
    let tenant: TenantID
    let arrivals: [ModelArrival]
    let violations: [String]

    /// Runs the plan on nodes of PostgreSQL, and reads the tables afterwards.
    static func run(
        _ plan: ModelPlan,
        on nodes: [any EventStore],
        of log: TestLog,
        tenant: TenantID,
        tampering: UtilitySQL? = nil
    ) async throws -> ModelTrial {
        let arrivals = await plan.run(on: nodes, tenant: tenant)
        if let tampering { try await log.operators.withConnection { try await $0.run(script: tampering) } }
        let content = try await StoredContent.read(log.operators, tenant: tenant)
        var trial = try await ModelTrial(plan, tenant, arrivals, content.events, probing: nodes[0]) { model in
            model.violations(in: content, of: tenant)
        }
        if tampering == nil {
            // What a node tells is what is stored.
            let told = try await nodes[0].events(of: tenant, after: 0, limit: content.events.count + 1)
            if told != content.events { trial = trial.adding("the store tells other events than it stores") }
        }
        return trial
    }

    /// Runs the plan on one store through its port alone.
    static func run(_ plan: ModelPlan, on store: any EventStore, tenant: TenantID) async throws -> ModelTrial {
        let arrivals = await plan.run(on: [store], tenant: tenant)
        let events = try await store.events(of: tenant, after: 0, limit: .max)
        return try await ModelTrial(plan, tenant, arrivals, events, probing: store) { _ in [] }
    }

    private init(
        _ plan: ModelPlan,
        _ tenant: TenantID,
        _ arrivals: [ModelArrival],
        _ events: [RecordedEvent],
        probing store: any EventStore,
        _ further: (ModelLog) -> [String]
    ) async throws {
        self.plan = plan
        self.tenant = tenant
        self.arrivals = arrivals
        do {
            let model = try ModelLog(replaying: events, of: plan)
            violations =
                model.violations(in: arrivals) + further(model)
                + (try await model.violations(probing: store, plan, tenant))
        } catch let violation as ModelLog.Violation {
            violations = [violation.description]
        }
    }

    private init(_ trial: ModelTrial, _ violations: [String]) {
        plan = trial.plan
        tenant = trial.tenant
        arrivals = trial.arrivals
        self.violations = violations
    }

    private func adding(_ violation: String) -> ModelTrial { ModelTrial(self, violations + [violation]) }

    /// How many callers were told what.
    var outcomes: [String: Int] {
        var counts: [String: Int] = [:]
        for arrival in arrivals {
            let name =
                switch arrival.outcome {
                case .answered(let appended):
                    appended.isRepeat ? (appended.commandPosition == nil ? "nothing" : "repeat") : "appended"
                case .refused: "refused"
                case .conflict: "conflict"
                case .failed: "failed"
                }
            counts[name, default: 0] += 1
        }
        return counts
    }
}

extension ModelLog {
    /// Where the store tells something else than the model: heads, histories, words, and what a decision gets to know.
    /// Not who somebody is: to a decision that stores nothing, a node may give a token that it has just lost.
    fileprivate func violations(
        probing store: any EventStore,
        _ plan: ModelPlan,
        _ tenant: TenantID
    ) async throws -> [String] {
        var found: [String] = []
        let count = Position(streams.values.reduce(0) { $0 + $1.count })
        if try await store.head(of: tenant) != count { found.append("the store tells another head") }
        for stream in plan.streams {
            let history = streams[stream] ?? []
            if try await store.history(of: stream, tenant: tenant) != history {
                found.append("the store tells another history of \(stream)")
            }
            if try await store.passages(of: stream, tenant: tenant) != passages[stream.id] ?? [:] {
                found.append("the store tells other words of \(stream)")
            }
            let known = try await known(to: stream, store, tenant)
            if known.history != history || known.requestHash != intakes[stream.id]?.requestHash {
                found.append("a decision on \(stream) gets to know something else")
            }
        }
        return found
    }

    private func known(
        to stream: StreamID,
        _ store: any EventStore,
        _ tenant: TenantID
    ) async throws -> Known {
        struct Told: Error {
            let known: Known
        }
        do {
            _ = try await store.execute(
                Submission(tenant: tenant, stream: stream, actor: "probe") { throw Told(known: $0) }
            )
        } catch let told as Told {
            return told.known
        }
        return Known(history: [])
    }
}

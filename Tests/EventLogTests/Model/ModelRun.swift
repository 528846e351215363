import EventSourcing
import Synchronization

/// A sending, and what its caller was told.
struct ModelArrival: Sendable {
    enum Outcome: Sendable {
        case answered(Appended)
        case refused(ModelCommand.Refusal)
        case conflict
        case failed(String)
    }

    let command: ModelCommand
    /// The highest position that any caller had been told before this one was sent.
    let floor: Position
    let outcome: Outcome
}

extension ModelPlan {
    /// Sends everything, as concurrently as the plan says, and returns what each caller was told.
    func run(on nodes: [any EventStore], tenant: TenantID) async -> [ModelArrival] {
        let progress = Progress()
        return await withTaskGroup(of: [ModelArrival].self) { workers in
            for _ in 0..<self.workers {
                workers.addTask {
                    var arrivals: [ModelArrival] = []
                    while true {
                        let index = progress.takeNext()
                        guard index < units.count else { return arrivals }
                        arrivals += await send(units[index], to: nodes, tenant, progress)
                    }
                }
            }
            return await workers.reduce(into: []) { $0 += $1 }
        }
    }

    private func send(
        _ unit: [Sending],
        to nodes: [any EventStore],
        _ tenant: TenantID,
        _ progress: Progress
    ) async -> [ModelArrival] {
        let floor = progress.told
        let arrivals = await withTaskGroup(of: ModelArrival.self) { group in
            for sending in unit {
                group.addTask {
                    let outcome = await outcome(of: sending.command, on: nodes[sending.node % nodes.count], tenant)
                    return ModelArrival(command: sending.command, floor: floor, outcome: outcome)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for case .answered(let appended) in arrivals.map(\.outcome) { progress.tell(appended.position) }
        return arrivals
    }

    /// Which unit is next, and the highest position that any caller was told.
    private final class Progress: Sendable {
        private let next = Mutex(0)
        private let highest = Mutex(Position(0))

        func takeNext() -> Int {
            next.withLock { next in
                defer { next += 1 }
                return next
            }
        }

        var told: Position { highest.withLock { $0 } }

        func tell(_ position: Position) { highest.withLock { $0 = max($0, position) } }
    }

    private func outcome(
        of command: ModelCommand,
        on store: any EventStore,
        _ tenant: TenantID
    ) async -> ModelArrival.Outcome {
        do {
            return .answered(try await store.execute(command.submission(to: tenant)))
        } catch let refusal as ModelCommand.Refusal {
            return .refused(refusal)
        } catch is Conflict {
            return .conflict
        } catch {
            return .failed(String(describing: error))
        }
    }
}

import EventLog
import Foundation
import JSONText
import Postgres
import Projectors

/// One look at all projections, with how fast they move.
struct StatusLook: Sendable {
    let statuses: [ProjectionStatus]
    /// Events a second; empty: not measured.
    let rates: [ProjectionStatus.Place: Double]

    /// Looks twice, that many seconds apart; once when `sample` is 0.
    static func take(from pool: PostgresPool, sample: Double) async throws -> StatusLook {
        guard sample > 0 else { return StatusLook(statuses: try await ProjectionStatus.read(from: pool), rates: [:]) }
        let clock = ContinuousClock()
        let began = clock.now
        let before = try await ProjectionStatus.positions(from: pool)
        try await clock.sleep(for: .seconds(sample))
        let statuses = try await ProjectionStatus.read(from: pool)
        let seconds = (clock.now - began) / .seconds(1)
        let rates = statuses.map { ($0.place, Double($0.position - (before[$0.place] ?? 0)) / seconds) }
        return StatusLook(statuses: statuses, rates: Dictionary(rates, uniquingKeysWith: { first, _ in first }))
    }

    private static let versions = Dictionary(
        AllProjectors.make().map { ($0.name, $0.version) },
        uniquingKeysWith: { first, _ in first }
    )

    /// What is to be said loudly: each read model that stands still, and why.
    var standing: [String] {
        statuses.compactMap { status in
            status.standstill(versions: Self.versions).map { "\(status.projector) of tenant \(status.tenant) \($0)" }
        }
    }

    var table: [String] {
        Table([
            "PROJECTOR", "VERSION", "GENERATION", "STATE", "TENANT", "POSITION", "LAG", "BEHIND", "RATE", "PARKED",
            "LEFT-OUT",
        ]).lines(
            statuses.map { status in
                [
                    status.projector, "\(status.version)", "\(status.generation)",
                    [status.state, status.name].compactMap(\.self).joined(separator: " "), status.tenant,
                    // One as of a time stands where it is to stand.
                    "\(status.position)", status.name == nil ? "\(status.lag)" : "-",
                    status.name == nil ? "\(status.lagSeconds.tenths) s" : "-",
                    rates[status.place].map { "\(Int($0.rounded()))/s" } ?? "-", "\(status.parkedStreams)",
                    "\(status.parkedEvents + status.skippedEvents)",
                ]
            }
        )
    }

    var json: [String] {
        statuses.map { status in
            let bytes = JSONWriter.object { json in
                json.field("projector", status.projector)
                json.field("version", status.version)
                json.field("generation", Int(status.generation))
                json.field("state", status.state)
                json.field("name", ifPresent: status.name)
                json.field("tenant", status.tenant)
                json.field("position", status.position)
                json.field("head", status.head)
                json.field("lag", status.lag)
                json.field("lagSeconds", json: status.lagSeconds.tenths.utf8)
                json.field("eventsPerSecond", json: (rates[status.place]?.tenths ?? "null").utf8)
                json.field("parkedStreams", status.parkedStreams)
                json.field("parkedEvents", status.parkedEvents)
                json.field("skippedEvents", status.skippedEvents)
                json.field("updatedAt", json: (status.updatedAt.map { "\"\($0)\"" } ?? "null").utf8)
                json.name("standsStill")
                if let words = status.standstill(versions: Self.versions) { json.value(words) } else { json.null() }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension Double {
    /// With one digit of a fraction.
    fileprivate var tenths: String {
        let tenths = Int64((self * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}

import EventLog

/// Where the projections of all tenants stand, as metrics.
struct ProjectionMetrics {
    private let statuses: [ProjectionStatus]
    private let versions: [String: Int]

    init(_ statuses: [ProjectionStatus], versions: [String: Int]) {
        self.statuses = statuses
        self.versions = versions
    }

    var families: [PrometheusText.Family] {
        [
            heads,
            live("chorus_projection_position", "The last event that the live read model has taken in.") {
                Double($0.position)
            },
            live("chorus_projection_lag_events", "Events that the live read model has still to read.") {
                Double($0.lag)
            },
            live("chorus_projection_lag_seconds", "Age of the oldest event still to be read; 0: none is.") {
                $0.lagSeconds
            },
            live("chorus_projection_parked_streams", "Streams that could not be read on; 0 is good.") {
                Double($0.parkedStreams)
            },
            live("chorus_projection_parked_events", "Events of parked streams that no figure holds.") {
                Double($0.parkedEvents)
            },
            live("chorus_projection_skipped_events", "Events that an operator has left out for good.") {
                Double($0.skippedEvents)
            },
            live(
                "chorus_projection_stands_still",
                "1 when it has not moved for \(Int(ProjectionStatus.patience)) s with something to read for as long."
            ) { $0.standstill(versions: versions) == nil ? 0 : 1 },
            family("chorus_rebuild_position", "The last event that a generation being built has taken in.", "building")
            {
                Double($0.position)
            },
        ]
    }

    private var heads: PrometheusText.Family {
        var heads = PrometheusText.Family("chorus_log_position", .gauge, "The last position of the tenant's log.")
        var seen: Set<String> = []
        for status in statuses.sorted(by: { $0.place.tenant < $1.place.tenant })
        where seen.insert(status.tenant).inserted {
            heads.add(status.head, ["tenant": status.tenant])
        }
        return heads
    }

    private func live(
        _ name: String,
        _ help: String,
        _ value: (ProjectionStatus) -> Double
    ) -> PrometheusText.Family {
        family(name, help, "live", value)
    }

    private func family(
        _ name: String,
        _ help: String,
        _ state: String,
        _ value: (ProjectionStatus) -> Double
    ) -> PrometheusText.Family {
        var family = PrometheusText.Family(name, .gauge, help)
        for status in statuses where status.state == state {
            family.add(value(status), ["projector": status.projector, "tenant": status.tenant])
        }
        return family
    }
}

import EventLog
import EventSourcing

/// The logs of two tenants, made of a seed: the same bytes, ids and times in every process.
///
/// Everything that projectors fold is in it: messages and responses, corrected, amended, added to, withdrawn and
/// forgotten; demands routed, answered, judged and reopened; registries; taxonomies; routing rules; surveys; releases;
/// and events that nobody can read. All but the last came out of the deciders, so that each could be in a real log.
package struct History: Sendable {
    /// The log of one tenant.
    package struct Log: Sendable {
        package let tenant: TenantID
        package let events: [RecordedEvent]
    }

    package let seed: UInt64
    package let logs: [Log]

    /// - Parameter steps: commands that are tried on each tenant; about one and a half events come of each.
    package static func random(seed: UInt64, steps: Int) -> History {
        History(
            seed: seed,
            logs: [TenantID(rawValue: 1), TenantID(rawValue: 2)].map { tenant in
                var town = Town(seed: seed &+ UInt64(tenant.rawValue) &* 0x1000_0001, isFirst: tenant.rawValue == 1)
                for _ in 0..<steps { town.step() }
                return Log(tenant: tenant, events: town.events)
            }
        )
    }

    package init(seed: UInt64, logs: [Log]) {
        self.seed = seed
        self.logs = logs
    }

    package var count: Int { logs.reduce(0) { $0 + $1.events.count } }

    /// How often each type occurs, in order of the types.
    package var types: [(type: String, count: Int)] {
        var counts: [String: Int] = [:]
        for log in logs { for event in log.events { counts[event.type, default: 0] += 1 } }
        return counts.sorted { $0.key < $1.key }.map { (type: $0.key, count: $0.value) }
    }
}

extension History {
    /// SHA-256 of everything in it.
    package var digest: String {
        var bytes: [UInt8] = []
        for log in logs {
            bytes.appendNumber(log.tenant.rawValue)
            for event in log.events {
                bytes.appendNumber(event.position)
                bytes.appendFramed(event.stream.id.bytes)
                bytes.appendFramed(Array(event.type.utf8))
                bytes.appendNumber(event.schemaVersion)
                bytes.appendNumber(event.recordedAt.microsecondsSince1970)
                bytes.appendFramed(event.body)
            }
        }
        return sha256(bytes).hexadecimal
    }
}

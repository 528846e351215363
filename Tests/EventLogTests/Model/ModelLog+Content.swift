import Crypto
import EventSourcing
import Foundation

extension ModelLog {
    /// Where what PostgreSQL holds beside the events differs from the model.
    func violations(in content: StoredContent, of tenant: TenantID) -> [String] {
        var found: [String] = []
        if content.passages != passages.filter({ !$0.value.isEmpty }) { found.append("the vault's passages differ") }
        if content.intakes != intakes { found.append("the vault's intakes differ") }
        let known = Set(people.map { StoredContent.Person(token: $0.value, reference: $0.key) })
        if content.people.count != known.count || Set(content.people) != known {
            found.append("the vault's map of persons differs")
        }
        let ids = Set(
            commands.map {
                StoredContent.Command(id: $0.key, stream: $0.value.command.stream.id, position: $0.value.first)
            }
        )
        if content.commands.count != ids.count || Set(content.commands) != ids {
            found.append("the ids of commands differ")
        }
        return found + violationsOfTheChain(content, tenant)
    }

    /// Batches cover the log without gap or overlap, hold whole commands and one instant each, and chain.
    private func violationsOfTheChain(_ content: StoredContent, _ tenant: TenantID) -> [String] {
        var found: [String] = []
        var chain = [UInt8](repeating: 0, count: 32)
        var rest = entries[...]
        var position: Position = 0
        for batch in content.batches {
            let inside = rest.prefix { $0.last <= batch.last }
            rest = rest.dropFirst(inside.count)
            let events = inside.flatMap(\.events)
            guard batch.first == position + 1, inside.first?.first == batch.first, inside.last?.last == batch.last
            else {
                found.append("the batch from \(batch.first) to \(batch.last) does not follow \(position)")
                break
            }
            position = batch.last
            if !events.allSatisfy({ $0.recordedAt == batch.recordedAt }) {
                found.append("the batch at \(batch.first) has another time than its events")
            }
            let digests = inside.flatMap { ModelChain.digest($0) }
            if batch.commands != inside.count || batch.digests != digests {
                found.append("the batch at \(batch.first) has other digests than its events")
            }
            chain = ModelChain.next(after: chain, batch, digests: digests, tenant: tenant)
            if batch.chain != chain { found.append("the chain breaks at \(batch.first)") }
        }
        guard let head = content.head else { return found + (entries.isEmpty ? [] : ["the head has no time"]) }
        let last = entries.last?.events.last
        if position != Position(content.events.count) || head.position != position {
            found.append("the head stands at \(head.position), batches end at \(position)")
        }
        if head.chain != chain { found.append("the head has another chain than the last batch") }
        if let last, head.recordedAt != last.recordedAt {
            found.append("the head has another time than the last event")
        }
        return found
    }
}

/// Digests and chain as docs/log.md tells them, written once more.
enum ModelChain {
    static func digest(_ entry: ModelLog.Entry) -> [UInt8] {
        var bytes: [UInt8] = []
        for event in entry.events {
            withUnsafeBytes(of: event.stream.id.uuid) { bytes += Array($0) }
            frame(Array(event.stream.type.utf8), &bytes)
            bytes += bigEndian(UInt64(event.version), 4)
            frame(Array(event.type.utf8), &bytes)
            bytes += bigEndian(UInt64(event.schemaVersion), 2)
            frame(Array(event.actor.utf8), &bytes)
            frame(event.body, &bytes)
        }
        return Array(SHA256.hash(data: bytes))
    }

    static func next(
        after chain: [UInt8],
        _ batch: StoredContent.Batch,
        digests: [UInt8],
        tenant: TenantID
    ) -> [UInt8] {
        guard batch.format == 2 else { return Array(SHA256.hash(data: chain + digests)) }
        // PostgreSQL counts microseconds from 2000.
        let at = UInt64(bitPattern: batch.recordedAt.microsecondsSince1970 - 946_684_800_000_000)
        return Array(
            SHA256.hash(
                data: chain + bigEndian(UInt64(tenant.rawValue), 4) + bigEndian(UInt64(batch.first), 8)
                    + bigEndian(UInt64(batch.last), 8) + bigEndian(at, 8) + digests
            )
        )
    }

    private static func frame(_ field: [UInt8], _ bytes: inout [UInt8]) {
        bytes += bigEndian(UInt64(field.count), 4)
        bytes += field
    }

    private static func bigEndian(_ number: UInt64, _ length: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64(length - 1 - $0))) }
    }
}

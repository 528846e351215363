import Demands
import EventLog
import EventSourcing
import Foundation
import JSONText
import Postgres

/// Deletes words and senders from the vault, each deletion in one transaction with the event that records it.
///
/// Broken off, it can be run again: what was forgotten before is passed over, what was left is finished.
struct Forgetter: Sendable {
    let store: PostgresEventStore
    let vault: Vault
    let tenant: TenantRecord

    init(store: PostgresEventStore, pool: PostgresPool, tenant: TenantRecord) {
        self.store = store
        self.vault = Vault(pool: pool)
        self.tenant = tenant
    }

    /// Forgets one message.
    func forget(message id: UUID) async throws -> ForgettingReceipt {
        let history = try await store.history(of: StreamID(type: Message.streamType, id: id), tenant: tenant.id)
        guard let stream = history.first?.stream,
            [Message.streamType, Message.responseStreamType].contains(stream.type)
        else { throw Complaint("tenant \(tenant.code) has no message \(id.uuidString.lowercased())") }
        let passages = try await vault.passages(of: [stream], tenant: tenant.id)
        let appended = try await forget(stream, scope: "message")
        return ForgettingReceipt(
            tenant: tenant.code,
            scope: "message",
            messages: appended.isRepeat ? 0 : 1,
            passages: passages,
            position: appended.position
        )
    }

    /// Forgets a person: the words of all their messages, and who they are. Whoever writes by the same reference later is
    /// somebody new.
    func forget(person: PersonReference, progress: (Int, Int) -> Void) async throws -> ForgettingReceipt {
        for stream in try await vault.leftovers(tenant: tenant.id) { _ = try await forget(stream, scope: "person") }
        guard let token = try await vault.token(of: person, tenant: tenant.id) else {
            throw Complaint(
                "nobody is known by this reference in source \(person.source) of tenant \(tenant.code): check both, letter "
                    + "by letter; or they were forgotten before"
            )
        }
        var receipt = ForgettingReceipt(tenant: tenant.code, scope: "person", messages: 0, passages: 0, position: 0)
        // Once the map is gone no message can get this token any more: the second look finds what came meanwhile.
        try await forgetMessages(of: token, &receipt, progress: progress)
        let messages = receipt.messages
        let appended = try await store.execute(
            Submission(
                tenant: tenant.id,
                stream: StreamID(type: Person.streamType, id: token),
                actor: "operator"
            ) { known in
                let state = try Person.state(after: known.history)
                let events = try Person.decide(Person.Forget(messages: messages), state)
                return Decision(events: events.map(\.encoded), forgets: [.person(token)])
            }
        )
        receipt.position = appended.position
        try await forgetMessages(of: token, &receipt, progress: progress)
        return receipt
    }

    private func forgetMessages(
        of token: UUID,
        _ receipt: inout ForgettingReceipt,
        progress: (Int, Int) -> Void
    ) async throws {
        let streams = try await vault.messages(of: token, tenant: tenant.id)
        receipt.passages += try await vault.passages(of: streams, tenant: tenant.id)
        for (index, stream) in streams.enumerated() {
            let appended = try await forget(stream, scope: "person")
            if !appended.isRepeat { receipt.messages += 1 }
            receipt.position = max(receipt.position, appended.position)
            progress(index + 1, streams.count)
        }
    }

    private func forget(_ stream: StreamID, scope: String) async throws -> Appended {
        try await store.execute(
            Submission(tenant: tenant.id, stream: stream, actor: "operator") { known in
                let events = try Message.decide(.forget(scope: scope), Message.state(after: known.history))
                guard !events.isEmpty else { return .nothing }
                return Decision(events: events.map(\.encoded), forgets: [.words(of: stream.id)])
            }
        )
    }
}

/// What was forgotten, to give to whoever asked for it: names nobody and nothing.
struct ForgettingReceipt: Sendable, Equatable {
    let tenant: String
    /// `message` or `person`.
    let scope: String
    /// Whose words went now; 0 when they were gone before.
    var messages: Int
    var passages: Int
    /// Of the last event that records it.
    var position: Position

    var json: String {
        let bytes = JSONWriter.object { json in
            json.field("tenant", tenant)
            json.field("scope", scope)
            json.field("messages", messages)
            json.field("passages", passages)
            json.field("position", position)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    var sentences: String {
        guard messages > 0 || scope == "person" else {
            return "The words of this message were forgotten before (position \(position)); nothing was left to delete."
        }
        let what = "Deleted \(passages) passages of \(messages) messages"
        let who = scope == "person" ? ", and who sent them" : ""
        return what + who + "; recorded at position \(position). All counts stay as they were.\n"
            + "Deleted rows stay on disk until the vault is vacuumed, and in backups and archived WAL until those are "
            + "gone: see docs/operations.md, Forgetting."
    }
}

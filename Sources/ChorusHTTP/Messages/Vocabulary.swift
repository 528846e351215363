import Demands
import EventLog

/// What a tenant's messages may say at present: its channels, and the words that tell a category.
struct Vocabulary: Sendable {
    /// The codes that a message may name as its channel.
    let channels: [String]

    /// The category that the words of a demand tell, where the collector gave none; nil: none, or several equally well.
    func category(subject: String?, text: String) -> GivenCategory? { nil }
}

extension Services {
    /// The tenant's vocabulary; at most a second old.
    func vocabulary(of tenant: TenantRecord) async throws -> Vocabulary {
        Vocabulary(channels: tenant.channels)
    }
}

import Demands
import EventLog
import Synchronization

/// What a tenant's messages may say at present: its channels, and the words that tell a category.
struct Vocabulary: Sendable {
    /// The codes that a message may name as its channel.
    let channels: [String]
    /// Nil: the tenant has no taxonomy.
    var matcher: KeywordMatcher?
    var organizations = OrganizationTree(Registry())

    /// The category that the words of a demand tell, where the collector gave none; nil: none, or several equally well.
    func category(subject: String?, text: String) -> GivenCategory? {
        matcher?.category(of: [subject, text].compactMap { $0 })
    }
}

extension Services {
    /// The tenant's vocabulary; at most a second old.
    func vocabulary(of tenant: TenantRecord) async throws -> Vocabulary {
        let taxonomy = try await folded.state(of: Taxonomy.self, type: Taxonomy.streamType, tenant: tenant.id)
        let channels = try await folded.state(of: Channels.self, type: Channels.streamType, tenant: tenant.id)
        return Vocabulary(
            channels: channels.open(original: tenant.channels),
            matcher: matchers.matcher(of: taxonomy, tenant: tenant.id),
            organizations: try await routing.organizations(of: tenant.id)
        )
    }
}

/// The vocabulary of a request that may last for hours: looked at again with every piece of its body.
final class FreshVocabulary: Sendable {
    private let services: Services
    private let tenant: TenantRecord
    private let known: Mutex<Vocabulary>

    init(_ services: Services, _ tenant: TenantRecord) async throws {
        self.services = services
        self.tenant = tenant
        known = Mutex(try await services.vocabulary(of: tenant))
    }

    var present: Vocabulary { known.withLock { $0 } }

    /// Keeps what is known when the database cannot say.
    func refresh() async {
        guard let fresh = try? await services.vocabulary(of: tenant) else { return }
        known.withLock { $0 = fresh }
    }
}

import Demands
import EventLog
import EventSourcing
import Synchronization

/// The tenants' routing rules and organizations, ready to be asked; made anew when what they stand on has changed.
package final class RoutingTables: Sendable {
    private struct Made: Sendable {
        var versions: [Version]
        var table: RoutingTable?
    }

    private struct Tree: Sendable {
        var version: Version
        var tree: OrganizationTree
    }

    private let folded: FoldedStreams
    private let tables = Mutex<[TenantID: Made]>([:])
    private let trees = Mutex<[TenantID: Tree]>([:])

    package init(folded: FoldedStreams) {
        self.folded = folded
    }

    /// The tenant's organizations; at most a second old.
    package func organizations(of tenant: TenantID) async throws -> OrganizationTree {
        let present = try await folded.present(of: Organizations.self, type: Organizations.streamType, tenant: tenant)
        if let known = trees.withLock({ $0[tenant] }), known.version == present.version { return known.tree }
        let tree = OrganizationTree(Organizations.registry(present.state))
        trees.withLock { $0[tenant] = Tree(version: present.version, tree: tree) }
        return tree
    }

    /// Makes the next question look for newer rules: whoever has read the log up to a head must know those that it holds.
    package func refresh(_ tenant: TenantID) { folded.forget(Routing.streamType, tenant: tenant) }

    /// The tenant's rules with the registries as they are; at most a second old. Nil: it has published none.
    package func table(of tenant: TenantID) async throws -> RoutingTable? {
        let routing = try await folded.present(of: Routing.self, type: Routing.streamType, tenant: tenant)
        guard let published = routing.state else { return nil }
        let taxonomy = try await folded.present(of: Taxonomy.self, type: Taxonomy.streamType, tenant: tenant)
        let groups = try await folded.present(of: Groups.self, type: Groups.streamType, tenant: tenant)
        let places = try await folded.present(of: Places.self, type: Places.streamType, tenant: tenant)
        let organizations = try await folded.present(
            of: Organizations.self,
            type: Organizations.streamType,
            tenant: tenant
        )
        let versions = [routing.version, taxonomy.version, groups.version, places.version, organizations.version]
        if let known = tables.withLock({ $0[tenant] }), known.versions == versions { return known.table }
        let table = RoutingTable(
            published,
            taxonomy: taxonomy.state.current,
            organizations: OrganizationTree(Organizations.registry(organizations.state)),
            groups: groups.state,
            places: Places.registry(places.state)
        )
        tables.withLock { $0[tenant] = Made(versions: versions, table: table) }
        return table
    }
}

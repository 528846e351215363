/// Which organizations stand above which.
package struct OrganizationTree: Sendable, Equatable {
    private var parents: [String: String] = [:]
    private var codes: Set<String> = []

    package init(_ registry: Registry<Organization>) {
        for organization in registry.entries {
            codes.insert(organization.code)
            parents[organization.code] = organization.parent
        }
    }

    package func knows(_ code: String) -> Bool { codes.contains(code) }

    package func parent(of code: String) -> String? { parents[code] }

    /// Whether it is that organization, or stands below it.
    package func isWithin(_ code: String, _ top: String) -> Bool {
        var next: String? = code
        // The registry lets no circle in.
        while let current = next {
            if current == top { return true }
            next = parents[current]
        }
        return false
    }

    /// The organization itself when it may hear the demand, else the nearest one above it that may; nil: none may.
    ///
    /// One that a demand speaks against may not, nor one below that; nor one that is not registered, nor one that gave the
    /// demand back.
    package func nearest(_ code: String, besides declined: [String] = [], against: String?) -> String? {
        var next: String? = code
        while let current = next {
            let isAgainst = against.map { isWithin(current, $0) } ?? false
            if codes.contains(current), !isAgainst, !declined.contains(current) { return current }
            next = parents[current]
        }
        return nil
    }
}

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

    /// The organization, and those above it, upwards.
    package func andAbove(_ code: String) -> [String] { parents.upwards(from: code) }

    /// Of those that stand below another one, in order of their bytes.
    package var codesWithParent: [String] { parents.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    package func parent(of code: String) -> String? { parents[code] }

    /// Whether it is that organization, or stands below it.
    package func isWithin(_ code: String, _ top: String) -> Bool {
        andAbove(code).contains(top)
    }

    /// The organization itself when it may hear the demand, else the nearest one above it that may; nil: none may.
    ///
    /// One that a demand speaks against may not, nor one below that; nor one that is not registered, nor one that gave the
    /// demand back.
    package func nearest(_ code: String, besides declined: [String] = [], against: String?) -> String? {
        andAbove(code).first { current in
            let isAgainst = against.map { isWithin(current, $0) } ?? false
            return codes.contains(current) && !isAgainst && !declined.contains(current)
        }
    }
}

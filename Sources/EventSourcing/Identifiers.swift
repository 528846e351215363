import Foundation

/// A tenant's number: first in every key of the log.
package struct TenantID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: Int32

    package init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    package var description: String { String(rawValue) }

    package static func < (left: TenantID, right: TenantID) -> Bool { left.rawValue < right.rawValue }
}

/// Place in the tenant's log: from 1, no gaps, in commit order.
package typealias Position = Int64

/// Place in its stream: from 1, no gaps; 0 means that the stream is empty.
package typealias Version = Int32

/// One thing's history: its kind of thing and its id.
///
/// The id alone is unique within a tenant; the type is carried so that readers need no join.
package struct StreamID: Hashable, Sendable, CustomStringConvertible {
    package let type: String
    package let id: UUID

    package init(type: String, id: UUID) {
        self.type = type
        self.id = id
    }

    package var description: String { "\(type)-\(id.uuidString.lowercased())" }
}

/// A person as one source knows them: never joined across sources.
///
/// Compared by bytes, as the database does: Swift's own equality would hold "é" and "e\u{301}" for one person.
package struct PersonReference: Hashable, Sendable {
    package let source: String
    package let reference: String

    package init(source: String, reference: String) {
        self.source = source
        self.reference = reference
    }

    package static func == (left: PersonReference, right: PersonReference) -> Bool {
        left.source.utf8.elementsEqual(right.source.utf8) && left.reference.utf8.elementsEqual(right.reference.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in source.utf8 { hasher.combine(byte) }
        hasher.combine(UInt8(0xFF))
        for byte in reference.utf8 { hasher.combine(byte) }
    }
}

import EventSourcing
import Foundation
import JSONText

/// A federation of organizations: owns one log, one time zone, one threshold of disclosure.
package enum Tenant: Decider {
    package static let streamType = "tenant"

    package struct Command: Sendable {
        package var settings: TenantSettings

        package init(create settings: TenantSettings) {
            self.settings = settings
        }
    }

    package struct State: Sendable, Equatable {
        package var settings: TenantSettings?
    }

    package static var initialState: State { State() }

    package static func decide(_ command: Command, _ state: State) throws(TenantRejection) -> [TenantEvent] {
        guard state.settings == nil else { throw .exists }
        try command.settings.check()
        return [.created(command.settings)]
    }

    package static func evolve(_ state: inout State, _ event: TenantEvent) {
        switch event {
        case .created(let settings): state.settings = settings
        }
    }
}

/// What a tenant is created with.
package struct TenantSettings: Sendable, Equatable {
    /// Lower-case letters, digits and hyphens, from 1 to 40, a letter first; part of database logins and tracking codes.
    package var code: String
    /// An IANA name; defines day, ISO week and month.
    package var timeZone: String
    /// BCP 47; the language that a message is in when nobody says.
    package var language: String
    /// No published cell stands on fewer people.
    package var k: Int

    package init(code: String, timeZone: String, language: String, k: Int) {
        self.code = code
        self.timeZone = timeZone
        self.language = language
        self.k = k
    }

    /// Checks everything that needs no outside knowledge.
    package func check() throws(TenantRejection) {
        let letters = code.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        guard letters, (1...40).contains(code.utf8.count), code.utf8.first.map({ (97...122).contains($0) }) == true
        else { throw .badCode }
        guard TimeZone(identifier: timeZone) != nil else { throw .badTimeZone }
        guard (2...100).contains(k) else { throw .badThreshold }
        guard CodeForms.languageTag(language) != nil else { throw .badLanguage }
    }
}

/// What can happen to a tenant.
package enum TenantEvent: EventPayload, Equatable {
    case created(TenantSettings)

    /// Stored name: never renamed.
    package static let createdName = "TenantCreated"

    package static var types: Set<String> { [createdName] }

    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        let body = try EventBody(event)
        guard event.type == Self.createdName else {
            throw body.unreadable("this is no event of a tenant that this version knows")
        }
        self = .created(
            TenantSettings(
                code: try body.string("code"),
                timeZone: try body.string("timeZone"),
                language: try body.string("language"),
                k: try body.int("k")
            )
        )
    }

    package var encoded: NewEvent {
        switch self {
        case .created(let settings):
            .version1(Self.createdName) { json in
                json.field("code", settings.code)
                json.field("timeZone", settings.timeZone)
                json.field("language", settings.language)
                json.field("k", settings.k)
            }
        }
    }
}

/// What the domain refuses about a tenant.
package enum TenantRejection: String, Rejection {
    case exists = "tenant-exists"
    case badCode = "bad-tenant-code"
    case badTimeZone = "bad-time-zone"
    case badThreshold = "bad-threshold"
    case badLanguage = "bad-language"

    package var code: String { rawValue }

    package var detail: String {
        switch self {
        case .exists: "a tenant with this code exists already"
        case .badCode: "a tenant's code is made of lower-case letters, digits and hyphens, a letter first, 40 at most"
        case .badTimeZone: "the time zone must be an IANA name such as Asia/Shanghai"
        case .badThreshold: "k must lie between 2 and 100"
        case .badLanguage: "the language must be a BCP 47 tag such as zh or en"
        }
    }

    package var isStateConflict: Bool { self == .exists }
}

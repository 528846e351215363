import EventSourcing
import Postgres

/// Why a batch was not appended, and what may be done about it.
struct AppendFailure {
    /// What its commands are answered with when they are not decided again.
    let answer: StoreFailure
    /// Whether the same may go through a little later: a lock was not free, the server was away or is starting.
    let mayPass: Bool

    /// Whether nobody knows if the batch was stored.
    var isUnknown: Bool { answer.isUnknown }

    init(_ error: any Error, tenant: TenantID) {
        guard let error = error as? PostgresError else {
            answer = error as? StoreFailure ?? .unavailable(String(describing: error))
            mayPass = false
            return
        }
        answer = error.sqlState?.rawValue == "CH001" ? .unknownTenant(tenant) : StoreFailure(error)
        mayPass = error.mayPass
    }

    /// For a failure before anything was sent that could be stored.
    init(loading error: PostgresError) {
        answer = .unavailable(error.description)
        mayPass = error.mayPass || StoreFailure(error).isUnknown
    }
}

extension StoreFailure {
    /// In the store's terms: what is known about whether anything was stored.
    init(_ error: any Error) {
        if let failure = error as? StoreFailure {
            self = failure
            return
        }
        guard let error = error as? PostgresError else {
            self = .unavailable(String(describing: error))
            return
        }
        switch error {
        case .connectionLost(outcomeUnknown: true), .cancelled: self = .outcomeUnknown
        case .poolExhausted: self = .queueFull(retryAfter: .seconds(1))
        // The server was told to end, or lost the one behind it that holds the tenant's log: that may have committed first.
        case .server(let server) where server.isEnding: self = .outcomeUnknown
        default: self = .unavailable(error.description)
        }
    }

    fileprivate var isUnknown: Bool {
        if case .outcomeUnknown = self { true } else { false }
    }
}

extension ServerError {
    /// Ended by an operator or a crash, or cut off from a server behind it: between the commit and its answer, maybe.
    fileprivate var isEnding: Bool { sqlState.rawValue.hasPrefix("57P") || sqlState.errorClass == "08" }
}

extension PostgresError {
    /// Whether the statement was refused for what one of its values holds, so that the others may still go through.
    var isAboutOneCommand: Bool {
        guard let state = sqlState?.rawValue else { return false }
        return state.hasPrefix("22") || state.hasPrefix("23") || state.hasPrefix("54")
    }

    /// Whether it stored nothing and may go through a little later.
    fileprivate var mayPass: Bool {
        switch self {
        case .connectionFailed, .connectionLost(outcomeUnknown: false), .timedOut, .poolExhausted: true
        case .server(let server):
            // A lock not had in time, a statement cancelled, a race lost, no memory or room: all rolled back.
            server.sqlState == .lockNotAvailable || server.sqlState == .queryCancelled
                || ["40", "53"].contains(server.sqlState.errorClass)
        case .connectionLost, .cancelled, .decoding, .closed, .misuse: false
        }
    }
}

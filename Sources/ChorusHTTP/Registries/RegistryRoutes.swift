import Demands
import EventLog
import EventSourcing
import HTTPTypes
import Hummingbird
import JSONText
import NIOCore

/// Every route of the four registries.
func registryRoutes(services: Services, access: Access) -> [Route] {
    RegistryRoutes<OrganizationsDoor>(services: services, access: access).routes
        + RegistryRoutes<GroupsDoor>(services: services, access: access).routes
        + GroupRoutes(services: services, access: access).routes
        + RegistryRoutes<PlacesDoor>(services: services, access: access).routes
        + RegistryRoutes<ChannelsDoor>(services: services, access: access).routes
        + ChannelRoutes(services: services, access: access).routes
}

/// `POST|GET /v1/<registry>`, `GET|PUT /v1/<registry>/{code}`.
struct RegistryRoutes<Door: RegistryDoor>: Sendable {
    let services: Services
    let access: Access

    static var writers: Set<Scope> { [.admin, .author] }

    private var store: RegistryStore<Door.Registry> { RegistryStore(services: services) }

    var routes: [Route] {
        let path = "/v1/" + Door.name
        return [
            .keyed(.post, path, Self.writers, access, respond: register),
            .keyed(.get, path, Door.readers, access, respond: list),
            .keyed(.get, path + "/{code}", Door.readers, access, respond: show),
            .keyed(.put, path + "/{code}", Self.writers, access, respond: put),
        ]
    }

    private func register(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let type = call.header(.contentType)?.split(separator: ";").first?.trimmingBlanks.lowercased()
        switch type {
        case "text/csv": return try await importFile(call, caller)
        case "application/json": break
        default:
            throw Problem(
                415,
                "unsupported-media-type",
                "Content-Type must be application/json for one entry, or text/csv for many"
            )
        }
        let entry = try Self.entry(try await call.jsonBody())
        let outcome = try await store.execute(Door.Registry.wish(.register(entry)), caller)
        var answer = try Self.answer(entry.code, outcome.state, outcome.position, caller.tenant)
        answer.status = .created
        answer.headers[.location] = "/v1/\(Door.name)/\(entry.code)"
        return answer
    }

    private func importFile(_ call: Call, _ caller: Caller) async throws -> Response {
        try call.requireContentType("text/csv")
        let body = try await call.wholeBody(limit: RegistryFile<Door>.maximumBytes)
        let file = try RegistryFile<Door>(body.readableBytesView, language: caller.tenant.language)
        let wish = Door.Registry.wish(.importAll(file.lines))
        let outcome = try await store.execute(wish, caller) { file.problem($0) }
        var registered = 0
        for case .registered in outcome.events.compactMap(Door.Registry.entryEvent) { registered += 1 }
        let changed = outcome.events.count - registered
        return .json { json in
            json.field("registered", registered)
            json.field("changed", changed)
            json.field("unchanged", file.lines.count - registered - changed)
            json.field("position", outcome.position)
        }
    }

    private func list(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(["min_position"])
        let present = try await store.present(query, caller.tenant.id)
        return .json { json in
            json.field("position", present.position)
            json.array(Door.name, of: Door.shown(present.state, caller.tenant)) { json, entry in
                json.object { entry.write(&$0) }
            }
        }
    }

    private func show(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(["min_position"])
        let present = try await store.present(query, caller.tenant.id)
        return try Self.answer(call.code, present.state, present.position, caller.tenant)
    }

    private func put(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let entry = try Self.entry(try await call.jsonBody(), code: call.code)
        let outcome = try await store.execute(Door.Registry.wish(.put(entry)), caller)
        return try Self.answer(entry.code, outcome.state, outcome.position, caller.tenant)
    }

    private static func entry(_ value: JSONValue, code: String? = nil) throws(Problem) -> Door.Registry.Entry {
        let (entry, errors) = Door.read(value, code: code)
        guard let entry else { throw Problem(errors.map { RegistryMistake($0) }) }
        return entry
    }

    /// One entry as the state has it, and the position of the state.
    static func answer(
        _ code: String,
        _ state: Door.Registry.State,
        _ position: Position,
        _ tenant: TenantRecord
    ) throws(Problem) -> Response {
        guard let entry = Door.shown(state, tenant).first(where: { $0.code == code }) else { throw .notFound }
        return .json { json in
            entry.write(&json)
            json.field("position", position)
        }
    }
}

/// `POST /v1/groups/{code}/names`, `POST /v1/groups/{code}/merge`.
struct GroupRoutes: Sendable {
    let services: Services
    let access: Access

    var routes: [Route] {
        let writers = RegistryRoutes<GroupsDoor>.writers
        return [
            .keyed(.post, "/v1/groups/{code}/names", writers, access, respond: recognise),
            .keyed(.post, "/v1/groups/{code}/merge", writers, access, respond: merge),
        ]
    }

    private func recognise(_ call: Call, _ caller: Caller) async throws -> Response {
        let name = try await call.onlyMember("name")
        return try await execute(.recognise(name: name, group: call.code), call, caller)
    }

    private func merge(_ call: Call, _ caller: Caller) async throws -> Response {
        let into = try await call.onlyMember("into")
        return try await execute(.merge(from: call.code, into: into), call, caller)
    }

    private func execute(_ command: Groups.Command, _ call: Call, _ caller: Caller) async throws -> Response {
        let outcome = try await RegistryStore<Groups>(services: services).execute(command, caller)
        return try RegistryRoutes<GroupsDoor>.answer(call.code, outcome.state, outcome.position, caller.tenant)
    }
}

/// `POST /v1/channels/{code}/retire`.
struct ChannelRoutes: Sendable {
    let services: Services
    let access: Access

    var routes: [Route] {
        let writers = RegistryRoutes<ChannelsDoor>.writers
        return [.keyed(.post, "/v1/channels/{code}/retire", writers, access, respond: retire)]
    }

    private func retire(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        try await call.requireNoMembers()
        let outcome = try await RegistryStore<Channels>(services: services)
            .execute(.retire(call.code, original: caller.tenant.channels), caller)
        return try RegistryRoutes<ChannelsDoor>.answer(call.code, outcome.state, outcome.position, caller.tenant)
    }
}

extension Call {
    /// The code that the address names.
    fileprivate var code: String { String(parameters.first ?? "") }

    /// The text that a body holds as its one member.
    fileprivate func onlyMember(_ name: String) async throws -> String {
        _ = try query.values([])
        var fields = FieldReader(try await jsonBody())
        let text = fields.words(name, required: true)
        fields.finish()
        guard fields.errors.isEmpty, let text else { throw Problem(fields.errors.map { RegistryMistake($0) }) }
        return text
    }

    /// Nothing is to be said: an empty body, or an empty object.
    fileprivate func requireNoMembers() async throws {
        let body = try await wholeBody()
        guard body.readableBytes > 0 else { return }
        try requireContentType("application/json")
        var fields = FieldReader(try JSONValue.parse(body.readableBytesView))
        fields.finish()
        guard fields.errors.isEmpty else { throw Problem(fields.errors.map { RegistryMistake($0) }) }
    }
}

import EventLog
import EventSourcing
import Foundation
import Postgres
import Statistics

/// What the releases of a batch say of each name besides its numbers: whether it was ever heard, and until when.
struct HeardNames {
    private let touched: TouchedMessages
    private let releases: [Release]
    /// Of the messages that a rebuild's batch touches, where they were heard before it.
    private var before: [HeardMessage] = []
    /// Nil: the batch is live, or no release has come yet.
    private var kept: HeardLoad?

    /// Before the batch is written.
    init(_ touched: TouchedMessages, _ releases: [Release], in context: ProjectionContext) async throws {
        self.touched = touched
        self.releases = releases
        guard let load = context.load else { return }
        guard !releases.isEmpty || load.memory.known(HeardLoad.self) != nil else { return }
        kept = try await load.memory.recall { HeardLoad(try await HeardMessage.read(nil, in: context)) }
        if !touched.before.isEmpty { before = try await HeardMessage.read(touched.before, in: context) }
    }

    /// After it is written and its numbers are published.
    mutating func say(_ published: [PublicationLoad.Published], in context: ProjectionContext) async throws {
        var said = SaidColumns()
        if let kept, let load = context.load {
            let after = touched.all.isEmpty ? [] : try await HeardMessage.read(touched.all, in: context)
            said = await kept.say(before, after, load.releasesBefore, published)
        } else if let release = releases.first {
            let rows = try await months(release, in: context)
            for row in rows {
                let (dimension, isRegistered, name, month) = try row.decode((String, Bool, String, PostgresDate).self)
                said.append(HeardName(dimension: dimension, isRegistered: isRegistered, name: name), month)
            }
        }
        guard let first = releases.first, let last = releases.last else { return }
        try await context.connection.execute(
            context.statement("names", [context.tenant.rawValue, Int32(first.number)] + said.binds)
        )
        try await PublishedTable(publication: "names", context: context).mark(last)
    }
}

extension HeardNames {
    /// Reads every entry, in no order.
    private func months(_ release: Release, in context: ProjectionContext) async throws -> PostgresRows {
        try await context.connection.execute(
            "SELECT set_config('enable_seqscan', 'on', true), set_config('work_mem', '64MB', true)"
        )
        let rows = try await context.connection.query(
            context.statement("months", [context.tenant.rawValue, Int32(release.number), Int32(release.k)])
        )
        try await context.connection.execute("SELECT set_config('enable_seqscan', 'off', true)")
        return rows
    }
}

/// A name in a dimension; compared by bytes, as the database does.
struct HeardName: Hashable, Comparable {
    let dimension: String
    let isRegistered: Bool
    let name: String

    /// As the publication of its dimension has it.
    init?(publication: String, _ key: PublishedRow.Key) {
        guard key.kind == .cell, let name = key.path.first else { return nil }
        self.init(dimension: publication, isRegistered: name.hasPrefix("="), name: String(name.dropFirst()).ofBytes)
    }

    init(dimension: String, isRegistered: Bool, name: String) {
        self.dimension = dimension
        self.isRegistered = isRegistered
        self.name = name
    }

    static func == (left: HeardName, right: HeardName) -> Bool {
        left.dimension == right.dimension && left.isRegistered == right.isRegistered
            && left.name.utf8.elementsEqual(right.name.utf8)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(isRegistered)
        for byte in name.utf8 { hasher.combine(byte) }
    }

    static func < (left: HeardName, right: HeardName) -> Bool {
        if left.dimension != right.dimension { return left.dimension < right.dimension }
        if left.isRegistered != right.isRegistered { return right.isRegistered }
        return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
}

/// A message as it is heard under a name.
struct HeardMessage: Hashable {
    let message: UUID
    let name: HeardName
    /// The known person, else the message.
    let voice: UUID
    /// Its first day.
    let month: PostgresDate

    /// - Parameter messages: nil: all.
    static func read(_ messages: [UUID]?, in context: ProjectionContext) async throws -> [HeardMessage] {
        let rows = try await context.connection.query(
            context.statement("heard", [context.tenant.rawValue, messages])
        )
        return try rows.map { row in
            let (message, dimension, isRegistered, name, voice, month) = try row.decode(
                (UUID, String, Bool, String, UUID, PostgresDate).self
            )
            return HeardMessage(
                message: message,
                name: HeardName(dimension: dimension, isRegistered: isRegistered, name: name),
                voice: voice,
                month: month
            )
        }
    }
}

/// For `names.sql`.
struct SaidColumns {
    private var months: [(name: HeardName, month: PostgresDate)] = []
    var heard: [HeardName] = []

    mutating func append(_ name: HeardName, _ month: PostgresDate) { months.append((name, month)) }

    var binds: [any PostgresEncodable] {
        [
            months.map(\.name.dimension), months.map(\.name.isRegistered), months.map(\.name.name),
            months.map(\.month), heard.map(\.dimension), heard.map(\.name),
        ]
    }
}

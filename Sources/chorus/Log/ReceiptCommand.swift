import ArgumentParser
import EventLog
import EventSourcing
import Foundation
import JSONText
import Postgres

extension LogCommand {
    struct Receipt: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Print what each log has come to: one JSON object a line, to be kept where no database can reach it.",
            discussion: """
                Send it to another machine, a mailbox, a printer: `chorus log verify --receipt` then proves that nothing \
                before it was cut off or written anew. `GET /v1/log/head` gives the same.

                Examples:
                  chorus log receipt > receipt-$(date +%F).json
                """
        )

        @Option(help: "One tenant's log; all of them unless given.")
        var tenant: String?

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try await Settings.load(common)
            try await Database.with(settings) { database in
                try await database.withOperators(size: 1) { pool in
                    for tenant in try await LogTenant.choose(tenant, from: pool) {
                        let head = try await LogHead.read(tenant.id, from: pool)
                        let bytes = JSONWriter.object { json in
                            json.field("tenant", tenant.code)
                            head.writeFields(to: &json)
                        }
                        Console.result(String(decoding: bytes, as: UTF8.self))
                    }
                }
            }
        }
    }

    struct NewEpoch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new-epoch",
            abstract: "Say that the log may have gone back in time, so that cursors kept outside are refused.",
            discussion: """
                Restores, copies and promotions are noticed by themselves (docs/reliability.md). A snapshot of a whole disk \
                that was put back looks the same from inside: run this before the server starts again.

                Examples:
                  chorus log new-epoch --reason "disk snapshot of Monday put back"
                """
        )

        @Option(help: "One tenant's log; all of them unless given.")
        var tenant: String?

        @Option(help: "What happened; is kept beside the epoch.")
        var reason: String

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try await Settings.load(common)
            try await Database.with(settings) { database in
                try await database.withOperators(size: 1) { pool in
                    for tenant in try await LogTenant.choose(tenant, from: pool) {
                        try await pool.execute("SELECT log.begin_epoch(\(tenant.id.rawValue), \(reason))")
                        let head = try await LogHead.read(tenant.id, from: pool)
                        Console.result(
                            "\(tenant.code): epoch \(head.epoch.uuidString.lowercased()) begins after \(head.position)"
                        )
                    }
                }
            }
        }
    }
}

/// A tenant as the commands on logs need it.
struct LogTenant {
    let id: TenantID
    let code: String

    /// The named tenant, or all in order of number.
    static func choose(_ code: String?, from pool: PostgresPool) async throws -> [LogTenant] {
        let all = try await TenantDirectory(pool: pool).all().map { LogTenant(id: $0.id, code: $0.code) }
        guard let code else { return all }
        guard let tenant = all.first(where: { $0.code == code }) else {
            throw Complaint("there is no tenant \(code); there are: \(all.map(\.code).joined(separator: ", "))")
        }
        return [tenant]
    }
}

extension LogHead {
    func writeFields(to json: inout JSONWriter) {
        json.field("epoch", epoch.uuidString.lowercased())
        json.field("position", position)
        json.field("chain", chain.hexadecimal)
        json.field("recordedAt", recordedAt?.description)
    }
}

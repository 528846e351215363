import ArgumentParser
import Demands
import EventLog
import Foundation
import JSONText
import Postgres

extension LogCommand {
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compute the chain again from every event and compare it; check the words that are still there.",
            discussion: """
                The server may run meanwhile: the log is verified up to where it ended at the beginning. Ends with status 1 \
                when anything is found.

                Examples:
                  chorus log verify
                  chorus log verify --receipt receipt.json
                  chorus log verify --tenant north --json
                """
        )

        @Option(help: "One tenant's log; all of them unless given.")
        var tenant: String?

        @Option(
            help: ArgumentHelp(
                "What `chorus log receipt` printed earlier; - for stdin. Finds what was cut off or written anew since.",
                valueName: "file"
            )
        )
        var receipt: String?

        @Flag(help: "Print one JSON object a tenant.")
        var json = false

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try await Settings.load(common)
            let receipts = try receipt.map { try ReceiptFile.read($0) } ?? [:]
            let isSound = try await Database.with(settings) { database in
                // Reads everything, for as long as it takes.
                try await database.withOperators(size: 2, statementTimeout: nil) { pool in
                    let tenants = try await LogTenant.choose(tenant, from: pool)
                    for code in receipts.keys.sorted() where !tenants.contains(where: { $0.code == code }) {
                        guard tenant == nil else { continue }
                        throw Complaint("the receipt is of tenant \(code), which this database does not have")
                    }
                    var isSound = true
                    for tenant in tenants {
                        let report = try await verify(tenant, receipts[tenant.code], pool)
                        show(report, hasReceipt: receipts[tenant.code] != nil)
                        isSound = isSound && report.findings.isEmpty
                    }
                    return isSound
                }
            }
            if !isSound { throw ExitCode.failure }
        }

        private func verify(
            _ tenant: LogTenant,
            _ receipt: LogReceipt?,
            _ pool: PostgresPool
        ) async throws -> LogVerification.Report {
            let bar = ProgressBar(tenant.code, unit: "events")
            defer { bar.finish() }
            return try await LogVerification(pool: pool, forgettingTypes: MessageEvent.forgettingTypes).run(
                tenant: tenant.id,
                code: tenant.code,
                receipt: receipt
            ) { done, total in
                bar.show(done: Int(done), of: Int(total))
            }
        }

        private func show(_ report: LogVerification.Report, hasReceipt: Bool) {
            guard json else {
                for line in report.lines(hasReceipt: hasReceipt) { Console.result(line) }
                return
            }
            let bytes = JSONWriter.object { json in
                json.field("tenant", report.tenant)
                json.field("ok", report.findings.isEmpty)
                json.field("events", report.events)
                json.field("batches", report.batches)
                json.field("passages", report.passages)
                json.field("eventsPerSecond", Int64(report.eventsPerSecond))
                report.head.writeFields(to: &json)
                json.array("findings", of: report.findings) { json, finding in
                    json.object { json in
                        json.field("code", finding.code)
                        json.field("detail", finding.description)
                    }
                }
                json.field("isCutShort", report.isCutShort)
            }
            Console.result(String(decoding: bytes, as: UTF8.self))
        }
    }
}

extension LogVerification.Report {
    var eventsPerSecond: Double {
        let seconds = Double(chainTime.components.seconds) + Double(chainTime.components.attoseconds) / 1e18
        return seconds > 0 ? Double(events) / seconds : 0
    }

    fileprivate func lines(hasReceipt: Bool) -> [String] {
        let speed = Int(eventsPerSecond)
        var lines = [
            "\(tenant): \(events) events in \(batches) batches (\(speed) a second), \(passages) passages, "
                + "up to position \(head.position)"
        ]
        if findings.isEmpty {
            lines.append(
                hasReceipt
                    ? "\(tenant): everything is as it was written, and the receipt agrees"
                    : "\(tenant): everything is as it was written; what was cut off or computed anew, only a receipt finds"
            )
        }
        for finding in findings { lines.append("\(tenant): \(finding)") }
        if isCutShort { lines.append("\(tenant): more was found; the first \(findings.count) are listed") }
        return lines
    }
}

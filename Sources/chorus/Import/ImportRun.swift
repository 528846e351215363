import AsyncHTTPClient
import CSVRows
import Demands
import FeedbackImport
import Foundation

/// One import: a look at the whole file first, then chunk after chunk to the server.
struct ImportRun: Sendable {
    let file: ImportFile
    let mapping: FeedbackMapping
    let url: String
    let key: String
    let onChange: OnChange

    /// Lines of a request: few enough that one which broke off is cheap to send again.
    static let linesPerRequest = 1_000

    /// Sends everything that can be sent.
    func run() async throws -> ImportTotals {
        let rows = try await check()
        let idempotency = try idempotency()
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.configuration)
        // Left out where it says nothing new, so that an older server takes the request too.
        let change = onChange == .refuse ? "" : "&onChange=\(onChange.rawValue)"
        let bulk = BulkClient(
            client: client,
            url: url,
            key: key,
            idempotency: idempotency,
            path: "/v1/feedback/bulk?results=refused\(change)",
            scope: "collector"
        )
        do {
            let totals = try await send(with: bulk, rows: rows)
            try await client.shutdown()
            return totals
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    /// Looks whether the mapping fits the file, before anything is sent; returns how many rows there are.
    private func check() async throws -> Int {
        if let columns = try file.columns() {
            for name in mapping.sourceFields where !columns.contains(name) {
                throw Complaint("\(file.path) has no column \(name); it has: \(columns.joined(separator: ", "))")
            }
        }
        var unseen = Set(mapping.sourceFields)
        var seen: [String] = []
        var rows = 0
        var objects = 0
        try await file.forEachRow { row in
            rows += 1
            if case .success(let object) = row.content {
                objects += 1
                if !unseen.isEmpty { unseen = unseen.filter { object[$0] == nil } }
                if seen.isEmpty { seen = object.members.map(\.key) }
            }
            do throws(RowRefusal) {
                _ = try mapping.feedback(from: row)
            } catch {
                guard error.code == .timeZoneNeeded else { return }
                throw Complaint(
                    "\(file.path), \(error). Say whose clocks these are, for example --timezone Asia/Shanghai"
                )
            }
        }
        if file.form == .ndjson, objects > 0, let name = unseen.min() {
            throw Complaint(
                "no line of \(file.path) has a field \(name); the first one has: \(seen.joined(separator: ", "))"
            )
        }
        return rows
    }

    /// What makes lines without an externalId of their own repeatable; the server passes over it for the others.
    private func idempotency() throws -> [UInt8] {
        try file.fingerprint() + Array(mapping.fingerprint.utf8)
    }

    private func send(with bulk: BulkClient, rows: Int) async throws -> ImportTotals {
        var totals = ImportTotals()
        var chunks = FeedbackChunks(maximumLines: Self.linesPerRequest)
        let bar = ProgressBar("import", unit: "rows")
        defer { bar.finish() }
        try await file.forEachRow { row in
            totals.read += 1
            let line: [UInt8]
            do throws(RowRefusal) {
                line = try mapping.feedback(from: row)
            } catch {
                totals.refuse(error)
                return
            }
            if let chunk = chunks.add(line, line: row.line) {
                totals.add(try await bulk.send(chunk))
                bar.show(done: totals.read - 1, of: rows)
            }
        }
        if let chunk = chunks.finish() { totals.add(try await bulk.send(chunk)) }
        bar.show(done: totals.read, of: rows)
        return totals
    }

    static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: .seconds(5), read: .seconds(120))
        configuration.redirectConfiguration = .disallow
        // Retries are ours: they know what a chunk is.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }
}

extension ImportTotals {
    mutating func add(_ outcome: BulkClient.Outcome) {
        stored += outcome.stored
        alreadyThere += outcome.alreadyThere
        repeatedRequests += outcome.attempts - 1
        for refusal in outcome.refusals { refuse(refusal) }
    }
}

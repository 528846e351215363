import Crypto
import EventSourcing
import Foundation
import Postgres

/// Compares the passages that are still there with the commitments that their streams' events hold.
struct WordsCheck {
    let tenant: TenantID

    /// - Returns: how many passages were looked at, and those that are not as they were stored.
    func run(on pool: PostgresPool) async throws -> (checked: Int64, altered: [(UUID, Int16)]) {
        let tenant = tenant
        return try await pool.withConnection { connection in
            var fields = BinaryCopyFields(columns: 5)
            var checked: Int64 = 0
            var altered: [(UUID, Int16)] = []
            try await connection.copyOut(
                """
                COPY (
                    SELECT
                        p.stream_id, p.number, p.salt, p.body,
                        (
                            SELECT string_agg(e.body::text, ',')
                            FROM log.events AS e
                            WHERE e.tenant_id = p.tenant_id
                                AND e.stream_id = p.stream_id
                        )
                    FROM vault.passages AS p
                    WHERE p.tenant_id = \(literal: tenant.rawValue)
                    ORDER BY p.stream_id, p.number
                ) TO STDOUT (FORMAT binary)
                """
            ) { buffer in
                try fields.read(buffer) { row in
                    checked += 1
                    guard let stream = row[0], let number = row[1], let salt = row[2], let body = row[3],
                        altered.count <= LogVerification.listed
                    else { return }
                    let passage = Int16(bigEndian: number.loadUnaligned(as: Int16.self))
                    var code = HMAC<SHA256>(key: SymmetricKey(data: salt))
                    body.withMemoryRebound(to: UInt8.self) { code.update(data: $0) }
                    let link = #"{"passage":\#(passage),"commitment":"\#(Array(code.finalize()).hexadecimal)"}"#
                    if let events = row[4], events.contains(text: link) { return }
                    altered.append((UUID(uuid: stream.loadUnaligned(as: uuid_t.self)), passage))
                }
            }
            return (checked, altered)
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func contains(text: String) -> Bool {
        guard let start = baseAddress else { return false }
        let bytes = Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: count, deallocator: .none)
        return bytes.range(of: Data(text.utf8)) != nil
    }
}

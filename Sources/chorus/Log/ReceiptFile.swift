import EventLog
import Foundation
import JSONText

/// What `chorus log receipt` printed, or the body of `GET /v1/log/head`: one JSON object a line.
enum ReceiptFile {
    /// Reads the receipts by tenant; the last one of a tenant counts.
    ///
    /// - Parameter path: `-` is stdin.
    static func read(_ path: String) throws(Complaint) -> [String: LogReceipt] {
        let data =
            path == "-" ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: path)
        guard let data else { throw Complaint("the receipt \(path) cannot be read: check the path and its rights") }
        var receipts: [String: LogReceipt] = [:]
        for (index, line) in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).enumerated() {
            if line.allSatisfy(\.isWhitespace) { continue }
            let receipt = try parse(String(line), "line \(index + 1) of \(path)")
            receipts[receipt.tenant] = receipt
        }
        guard !receipts.isEmpty else {
            throw Complaint("the receipt \(path) is empty; `chorus log receipt` prints one")
        }
        return receipts
    }

    private static func parse(_ line: String, _ place: String) throws(Complaint) -> LogReceipt {
        guard let json = try? JSONValue.parse(line), let tenant = json["tenant"]?.string,
            let epoch = json["epoch"]?.string.flatMap({ UUID(uuidString: $0) }),
            let position = json["position"]?.int, position >= 0,
            let chain = json["chain"]?.string.flatMap({ bytes(hexadecimal: $0) }), chain.count == 32
        else {
            throw Complaint(
                "\(place) is no receipt: it must be a JSON object with tenant, epoch, position and chain, as "
                    + "`chorus log receipt` prints it"
            )
        }
        return LogReceipt(tenant: tenant, epoch: epoch, position: Int64(position), chain: chain)
    }

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[start...start + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}

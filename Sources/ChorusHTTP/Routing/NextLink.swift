import Foundation

/// The `Link: <...>; rel="next"` of a page (RFC 8288): the same question with a cursor.
enum NextLink {
    static func header(_ path: String, _ query: [String: String], cursor: String) -> String {
        var parameters = query
        parameters["cursor"] = cursor
        // What was waited for once need not be waited for again.
        parameters["min_position"] = nil
        let pairs = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\(escape($0.value))" }
        return "<\(path)?\(pairs.joined(separator: "&"))>; rel=\"next\""
    }

    private static func escape(_ text: String) -> String {
        var escaped: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: escaped.append(byte)
            default: escaped += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}

import EmbeddedPostgres
import Foundation

/// Connection strings of other logins than our own.
enum ConnectionText {
    /// The home's running cluster, as another login.
    static func embedded(home: String, login: String) throws -> String {
        guard let cluster = try EmbeddedPostgres.find(home: home) else {
            throw Complaint(
                "no PostgreSQL runs in \(home). Start it with `chorus serve`, or name its folder in CHORUS_HOME"
            )
        }
        return replacingUser(of: cluster.connectionString, with: login)
    }

    /// The same text with another user, and without the password, which was the other user's.
    static func replacingUser(of text: String, with login: String) -> String {
        guard let scheme = text.range(of: "://") else { return replacingKeywords(of: text, with: login) }
        var rest = text[scheme.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        if let at = rest[..<end].lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = parts.count > 1 ? parts[1].split(separator: "&") : []
        let kept = query.filter { !$0.hasPrefix("user=") && !$0.hasPrefix("password=") }
        let plain = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        let user = login.addingPercentEncoding(withAllowedCharacters: plain) ?? login
        return text[..<scheme.upperBound] + "\(user)@\(parts.first ?? "")"
            + (kept.isEmpty ? "" : "?\(kept.joined(separator: "&"))")
    }

    /// The `host=… user=…` form; a value may stand in single quotes with backslashes.
    private static func replacingKeywords(of text: String, with login: String) -> String {
        let setting = /(?:^|\s)(?:user|password)\s*=\s*(?:'(?:[^'\\]|\\.)*'|[^\s']*)/
        return "\(text.replacing(setting, with: "")) user=\(login)".trimmingCharacters(in: .whitespaces)
    }
}

/// Where the server listens: `host:port`, an IPv6 host in brackets.
struct ListenAddress: Sendable, Equatable {
    let host: String
    let port: Int

    /// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:0` (0: any free port).
    init(_ text: String) throws(Complaint) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon != text.startIndex
        else {
            throw Complaint("\(text) is no address to listen on; write host:port, such as 127.0.0.1:8080 or [::1]:8080")
        }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard isBracketed || !host.contains(":") else {
            throw Complaint("\(text) is no address to listen on; an IPv6 host stands in brackets, such as [::1]:8080")
        }
        self.host = String(isBracketed ? host.dropFirst().dropLast() : host)
        self.port = port
    }

    /// The address as people open it, with the port that is really open.
    func url(port: Int) -> String {
        let shown = ["0.0.0.0", "::"].contains(host) ? "127.0.0.1" : host
        return "http://\(shown.contains(":") ? "[\(shown)]" : shown):\(port)"
    }
}

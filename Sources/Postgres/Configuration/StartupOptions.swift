/// Settings in the form of a server's command line: `-c name=value`, with blanks and backslashes escaped.
struct StartupOptions {
    private(set) var text = ""

    mutating func append(_ name: String, _ value: String) throws(PostgresError) {
        let allowed = name.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
        guard allowed, !name.isEmpty, !value.utf8.contains(0) else {
            throw .connectionFailed(reason: "a runtime parameter's name or value has characters that it cannot have")
        }
        var escaped = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            // What isspace(3) accepts in the server's pg_split_opts, and its escape character.
            if scalar == "\\" || scalar == " " || (0x09...0x0D).contains(scalar.value) {
                escaped.append("\\")
            }
            escaped.append(scalar)
        }
        text += (text.isEmpty ? "" : " ") + "-c \(name)=\(String(escaped))"
    }

    /// Nil means no limit, whatever the server's own default is.
    mutating func append(_ name: String, milliseconds limit: Duration?) throws(PostgresError) {
        try append(name, String(limit.map { max(1, $0.wholeMilliseconds) } ?? 0))
    }
}

extension Duration {
    /// Rounded up, within what poll(2) and PostgreSQL's settings take.
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < Int64(Int32.max) / 1000 else { return .max }
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}

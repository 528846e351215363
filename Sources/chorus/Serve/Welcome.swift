/// What a started server tells the person at the prompt.
struct Welcome {
    let url: String
    let keys: FirstStart.Keys

    /// Lines for stdout; the first one holds the address and nothing that changes between versions before it.
    var lines: [String] {
        var lines = ["Chorus listens on \(url)", ""]
        if let key = keys.newAdminKey {
            lines += ["Admin key, shown this once: \(key)"]
        }
        if let file = keys.adminKeyFile {
            lines += ["The admin key is kept in \(file) (only its owner can read it)."]
        } else {
            lines += ["The admin key is the one in CHORUS_ADMIN_KEY, or one that you have."]
        }
        if let key = keys.intakeKey {
            lines += ["Publishable intake key, for web pages: \(key)"]
        }
        let shownKey = keys.adminKeyFile.map { "$(cat '\($0)')" } ?? "$CHORUS_ADMIN_KEY"
        lines += [
            "",
            "Three things to try:",
            "  curl -H \"Authorization: Bearer \(shownKey)\" -H 'Content-Type: application/json' \\",
            "    -d '{\"text\":\"The street lamps are out\",\"channel\":\"web\"}' \(url)/v1/feedback",
            "  scripts/sql --review -c 'SELECT * FROM review.demand_board'",
            "  scripts/import feedback messages.ndjson --map text=message,externalId=id --set source=forum",
        ]
        return lines
    }
}

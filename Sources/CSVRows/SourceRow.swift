import JSONText

/// One row of the file to import: an object of NDJSON, or a CSV row as an object of strings.
package struct SourceRow: Sendable {
    /// From 1, as an editor counts.
    package let line: Int
    /// The row's fields, or why it could not be read.
    package let content: Result<JSONObject, RowRefusal>

    package init(line: Int, content: Result<JSONObject, RowRefusal>) {
        self.line = line
        self.content = content
    }

    /// Reads one line of NDJSON; nil when it is blank.
    package init?(line: Int, ndjson bytes: some Collection<UInt8>) {
        guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return nil }
        self.line = line
        // Wider than the public door's: of a row with long fields that nobody maps, only the mapped ones are sent.
        let limits = JSONLimits(maximumBytes: 4_194_304, maximumMembers: 10_000)
        do throws(JSONSyntaxError) {
            let value = try JSONValue.parse(bytes, limits: limits)
            if case .object(let object) = value {
                content = .success(object)
            } else {
                content = .failure(
                    RowRefusal(line: line, code: .malformed, detail: "must be a JSON object, not \(value.kind)")
                )
            }
        } catch {
            let detail = "is not JSON: \(error.reason.sentence)"
            content = .failure(RowRefusal(line: line, code: .malformed, detail: detail))
        }
    }
}

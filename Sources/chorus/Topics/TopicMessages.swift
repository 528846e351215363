import CSVRows
import EventSourcing
import JSONText

/// The messages of a file, in the order in which a log would have them.
struct TopicMessages {
    struct Message {
        let id: String
        let person: String?
        let at: Timestamp
        /// As written in the file.
        let time: String
        let subject: String
        let detail: String
        let support: Int
    }

    let all: [Message]

    init(_ file: ImportFile) async throws {
        var messages: [Message] = []
        try await file.forEachRow { row in
            switch row.content {
            case .success(let fields):
                messages.append(try Self.message(.object(fields), path: file.path, line: row.line))
            case .failure(let refusal):
                throw Complaint("\(file.path), line \(row.line) \(refusal.detail)")
            }
        }
        all = messages.sorted { left, right in
            if left.at != right.at { return left.at < right.at }
            return left.id.utf8.lexicographicallyPrecedes(right.id.utf8)
        }
    }

    /// The instant that an option names, or that of the last message.
    func time(_ option: String?) throws -> Timestamp {
        guard let option else { return all.last?.at ?? Timestamp(microsecondsSince1970: 0) }
        guard let at = Timestamp(rfc3339: option) else {
            throw Complaint("--now \(option) is no time; write it like 2020-01-31T00:00:00Z")
        }
        return at
    }

    private static func message(_ row: JSONValue, path: String, line: Int) throws -> Message {
        let time = row["time"]?.string ?? ""
        guard let at = instant(time) else {
            throw Complaint("\(path), line \(line): time \(time) is no time; write it like 2020-01-31T08:00:00+08:00")
        }
        return Message(
            id: row["id"]?.string ?? row["id"]?.int.map(String.init) ?? "\(line)",
            person: row["user"]?.string.flatMap { $0.isEmpty ? nil : $0 },
            at: at,
            time: time,
            subject: row["subject"]?.string ?? "",
            detail: row["detail"]?.string ?? row["text"]?.string ?? "",
            support: row["likes"]?.int ?? row["likes"]?.string.flatMap { Int($0) } ?? 0
        )
    }

    /// A message without a time is as old as can be.
    private static func instant(_ text: String) -> Timestamp? {
        if text.isEmpty { return Timestamp(microsecondsSince1970: 0) }
        return Timestamp(rfc3339: text) ?? LocalDateTime(text).flatMap { Timestamp($0, offsetSeconds: 0) }
    }
}

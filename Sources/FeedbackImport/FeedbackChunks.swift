/// A part of the import that is sent as one request.
package struct FeedbackChunk: Sendable {
    /// From 1; the same for the same file and mapping.
    package let number: Int
    /// Lines of NDJSON, each with its LF.
    package let body: [UInt8]
    /// Which line of the file each line of the body comes from.
    package let lines: [Int]

    /// The file's line behind a line of the request, which the server counts from 1; nil when there is no such line.
    package func fileLine(of requestLine: Int) -> Int? {
        lines.indices.contains(requestLine - 1) ? lines[requestLine - 1] : nil
    }
}

/// Gathers lines into chunks, of few enough lines that a request which broke off is cheap to send again.
///
/// Where it cuts depends on the lines alone, so that a repeated import has the same chunks.
package struct FeedbackChunks: Sendable {
    private let maximumLines: Int
    private let maximumBytes: Int
    private var number = 0
    private var body: [UInt8] = []
    private var lines: [Int] = []

    package init(maximumLines: Int = 5_000, maximumBytes: Int = 8_388_608) {
        self.maximumLines = max(1, maximumLines)
        self.maximumBytes = maximumBytes
    }

    /// Adds a line; returns the chunk before it when this line has no place in it.
    package mutating func add(_ feedback: [UInt8], line: Int) -> FeedbackChunk? {
        let isFull = lines.count == maximumLines || body.count + feedback.count + 1 > maximumBytes
        let finished = isFull ? finish() : nil
        body.append(contentsOf: feedback)
        body.append(0x0A)
        lines.append(line)
        return finished
    }

    /// What has been gathered; nil when nothing has.
    package mutating func finish() -> FeedbackChunk? {
        guard !lines.isEmpty else { return nil }
        number += 1
        defer { (body, lines) = ([], []) }
        return FeedbackChunk(number: number, body: body, lines: lines)
    }
}

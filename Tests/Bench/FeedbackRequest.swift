/// The bytes of `POST /v1/feedback` for the message of a number: new words and a new person each.
struct FeedbackRequest: Sendable {
    private let head: [UInt8]
    private let run: String

    init(key: String, run: String) {
        let lines = [
            "POST /v1/feedback HTTP/1.1", "Host: 127.0.0.1", "Authorization: Bearer \(key)",
            "Content-Type: application/json", "Content-Length: ",
        ]
        head = Array(lines.joined(separator: "\r\n").utf8)
        self.run = run
    }

    func bytes(_ number: Int) -> [UInt8] {
        let body = """
            {"text":"The street lamps in our lane have been dark for three weeks, message \(number) of many. Children \
            walk home from evening classes there, please have them repaired before winter.","channel":"web","place":"A7",\
            "source":"bench","personRef":"\(run)-\(number)"}
            """
        return head + Array("\(body.utf8.count)\r\n\r\n\(body)".utf8)
    }
}

/// How far the requests of one connection have come: which is being read, which are being answered.
struct RequestProgress {
    private var isStreamed = false
    private(set) var isReading = false
    /// Requests whose head was read and whose answer is not complete.
    private var open = 0
    /// Bytes that came in after the answer was complete.
    private var unread: Int?
    private var closes = false

    /// A request that is read as a whole and has not ended.
    var isReadingWhole: Bool { isReading && !isStreamed && unread == nil }

    /// Something is being read or answered.
    var isBusy: Bool { isReading || open > 0 }

    /// Whether nothing else is being answered, so that `100 Continue` can be told apart.
    var mayContinue: Bool { open == 1 }

    mutating func beginRequest(isStreamed: Bool) {
        self.isStreamed = isStreamed
        isReading = true
        open += 1
    }

    /// - Returns: whether the connection is to be closed: the answer is out and announced it.
    mutating func endRequest() -> Bool {
        isReading = false
        return unread != nil
    }

    /// - Returns: whether this answer says no to a request that has not been read to its end.
    mutating func beginAnswer(status: Int) -> Bool {
        closes = isReading && open == 1 && status >= 400
        return closes
    }

    /// What follows a complete answer.
    enum Next: Equatable {
        case goOn
        /// It announced the end of the connection, and the request is through.
        case close
        /// The connection ends with it; the rest of the request is unwanted.
        case linger
    }

    mutating func endAnswer() -> Next {
        open = max(0, open - 1)
        // A streamed body that was given up midway: its answer could not announce it.
        if isReading, isStreamed, open == 0 { closes = true }
        guard closes else { return .goOn }
        guard isReading else { return .close }
        unread = 0
        return .linger
    }

    /// Counts bytes of a body; tells whether more than the limit came in after the answer.
    mutating func isAnsweredEarly(after bytes: Int, limit: Int) -> Bool {
        guard let unread else { return false }
        self.unread = unread + bytes
        return unread + bytes > limit
    }
}

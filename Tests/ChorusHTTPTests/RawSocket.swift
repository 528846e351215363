import Foundation
import Glibc

/// A TCP connection that sends exactly the bytes it is told: for clients that break rules.
///
/// Its calls block; run them inside `RawSocket.offPool`.
struct RawSocket {
    private let descriptor: Int32

    /// Connects to a port of this machine; every call then ends within ten seconds.
    init(port: Int) throws {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo("localhost", String(port), &hints, &list) == 0 else { throw SocketError(what: "resolve") }
        defer { freeaddrinfo(list) }
        var next = list
        while let address = next?.pointee {
            let candidate = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
            if candidate >= 0, connect(candidate, address.ai_addr, address.ai_addrlen) == 0 {
                descriptor = candidate
                var limit = timeval(tv_sec: 20, tv_usec: 0)
                let size = socklen_t(MemoryLayout<timeval>.size)
                setsockopt(candidate, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
                setsockopt(candidate, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
                return
            }
            if candidate >= 0 { close(candidate) }
            next = address.ai_next
        }
        throw SocketError(what: "connect")
    }

    /// Sends everything.
    ///
    /// - Returns: how many bytes went out before the other side closed.
    @discardableResult
    func send(_ bytes: some Sequence<UInt8>) -> Int {
        let bytes = Array(bytes)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor,
                    buffer.baseAddress?.advanced(by: done),
                    bytes.count - done,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { break }
            done += count
        }
        return done
    }

    /// Says that nothing more will be sent, while answers are still read.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Everything up to the other side's end.
    ///
    /// - Throws: `SocketError` when nothing comes for twenty seconds.
    func receiveAll() throws -> [UInt8] {
        var all: [UInt8] = []
        while let piece = try receive() { all += piece }
        return all
    }

    /// Reads until the text so far satisfies the condition, or the other side ends.
    func receive(until isEnough: (String) -> Bool) throws -> String {
        var all: [UInt8] = []
        while !isEnough(String(decoding: all, as: UTF8.self)), let piece = try receive() { all += piece }
        return String(decoding: all, as: UTF8.self)
    }

    private func receive() throws -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0 {
            if errno == ECONNRESET { return nil }
            throw SocketError(what: "nothing came")
        }
        return count == 0 ? nil : Array(buffer.prefix(count))
    }

    func end() {
        close(descriptor)
    }

    /// Runs blocking work on a thread of its own.
    static func offPool<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result(catching: work)) }.start()
        }
    }
}

struct SocketError: Error {
    let what: String
}

/// A head as bytes.
func requestHead(_ method: String, _ path: String, as who: TestServer.Who? = nil, _ more: [String] = []) -> [UInt8] {
    var lines = ["\(method) \(path) HTTP/1.1", "Host: localhost"] + more
    if let who { lines.append("Authorization: Bearer \(who.secret)") }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
}

/// The status of an answer as it came over the wire, and its body without chunk framing.
func parseAnswer(_ bytes: [UInt8]) -> (status: Int, head: String, body: String) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { return (0, text, "") }
    let head = String(text[..<end.lowerBound])
    let status = Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
    let rest = text[end.upperBound...]
    guard head.lowercased().contains("transfer-encoding: chunked") else { return (status, head, String(rest)) }
    var body: [UInt8] = []
    var utf8 = Array(rest.utf8)[...]
    while let line = utf8.firstIndex(of: 13),
        let size = Int(String(decoding: utf8[utf8.startIndex..<line], as: UTF8.self), radix: 16), size > 0,
        utf8.distance(from: line, to: utf8.endIndex) >= size + 2
    {
        body += utf8[(line + 2)..<(line + 2 + size)]
        utf8 = utf8[(line + 2 + size)...].dropFirst(2)
    }
    return (status, head, String(decoding: body, as: UTF8.self))
}

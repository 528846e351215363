import Foundation

/// Connections to a server on 127.0.0.1, each with one request under way at most.
struct Wires {
    private struct Wire {
        var reader = ResponseReader()
        /// When the request under way was due.
        var due: ContinuousClock.Instant?
    }

    private let sockets: [Int32]
    private var wires: [Wire]
    /// What to wait for; -1 instead of the socket of an idle connection, which `poll` passes over.
    private var polled: [pollfd]
    private var idle: [Int]
    private var open: Int
    private var buffer = [UInt8](repeating: 0, count: 16_384)

    init(port: UInt16, count: Int) throws {
        var sockets: [Int32] = []
        for _ in 0..<count {
            guard let socket = Self.connect(port) else {
                for socket in sockets { Foundation.close(socket) }
                throw OpenLoop.NoConnection(port: port)
            }
            sockets.append(socket)
        }
        self.sockets = sockets
        wires = Array(repeating: Wire(), count: count)
        polled = Array(repeating: pollfd(fd: -1, events: Int16(POLLIN), revents: 0), count: count)
        idle = Array((0..<count).reversed())
        open = count
    }

    var areAnyOpen: Bool { open > 0 }
    var hasIdle: Bool { !idle.isEmpty }
    /// When the requests under way were due.
    var waiting: [ContinuousClock.Instant] { wires.compactMap(\.due) }

    mutating func takeIdle() -> Int? { idle.popLast() }

    /// Sends a request, which fits into the socket's buffer; a connection that takes less of it is given up.
    mutating func send(
        _ bytes: [UInt8],
        on wire: Int,
        due: ContinuousClock.Instant,
        _ answers: inout OpenLoop.Answers,
        _ now: ContinuousClock.Instant
    ) {
        wires[wire].due = due
        let sent = Foundation.send(sockets[wire], bytes, bytes.count, Int32(MSG_NOSIGNAL))
        if sent == bytes.count {
            polled[wire].fd = sockets[wire]
        } else {
            giveUp(wire, &answers, now)
        }
    }

    /// Waits until something comes in; by whole milliseconds, so what is due is sent up to one late, which counts.
    mutating func wait(upTo pause: Duration) {
        guard pause > .zero else { return }
        _ = poll(&polled, nfds_t(polled.count), Int32(pause.milliseconds.rounded(.up)))
    }

    mutating func receive(_ answers: inout OpenLoop.Answers, _ now: ContinuousClock.Instant) {
        for wire in polled.indices where polled[wire].fd >= 0 && polled[wire].revents != 0 {
            let count = recv(sockets[wire], &buffer, buffer.count, 0)
            guard count > 0, let status = try? wires[wire].reader.feed(buffer[..<count]) else {
                if count <= 0 { giveUp(wire, &answers, now) }
                continue
            }
            if status == 201 { answers.stored += 1 } else { answers.failed += 1 }
            finish(wire, &answers, now)
            idle.append(wire)
        }
    }

    func close() {
        for socket in sockets { Foundation.close(socket) }
    }

    private mutating func giveUp(_ wire: Int, _ answers: inout OpenLoop.Answers, _ now: ContinuousClock.Instant) {
        answers.failed += 1
        open -= 1
        finish(wire, &answers, now)
    }

    private mutating func finish(_ wire: Int, _ answers: inout OpenLoop.Answers, _ now: ContinuousClock.Instant) {
        polled[wire].fd = -1
        if let due = wires[wire].due { answers.times.append(now - due) }
        wires[wire].due = nil
    }

    private static func connect(_ port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard result == 0 else {
            Foundation.close(descriptor)
            return nil
        }
        return descriptor
    }
}

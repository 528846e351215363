import Foundation

/// The two outputs: results on stdout, everything told to people meanwhile on stderr. Written at once, never buffered.
///
/// Whoever reads stdout may stop before the end (`| head -1`): the program then ends as one that SIGPIPE ends. Where a result
/// cannot be written, it must not seem to have been; what is told on stderr may be lost.
enum Console {
    /// A line of the result.
    static func result(_ line: String) {
        result(bytes: Array("\(line)\n".utf8))
    }

    /// A part of the result, as it is.
    static func result(bytes: [UInt8]) {
        switch write(bytes, to: STDOUT_FILENO) {
        case 0: return
        case EPIPE: exit(128 + SIGPIPE)
        case let code:
            complain("the output cannot be written: \(String(cString: strerror(code)))")
            exit(EXIT_FAILURE)
        }
    }

    /// A line for the person who watches.
    static func note(_ line: String) {
        draw("\(line)\n")
    }

    /// Why the command failed.
    static func complain(_ text: String) {
        note("chorus: \(text)")
    }

    /// Text without line end, for what redraws itself on a terminal.
    static func draw(_ text: String) {
        _ = write(Array(text.utf8), to: STDERR_FILENO)
    }

    /// Empties the terminal that stdout is.
    static func redraw() {
        result(bytes: Array("\u{1B}[H\u{1B}[2J".utf8))
    }

    /// Whether a person watches stderr.
    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

    /// - Returns: why not all of it was written; 0: it was.
    private static func write(_ bytes: [UInt8], to output: Int32) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Foundation.write(output, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    // A reader who is slower, at the other end of a pipe that does not wait.
                    var ready = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&ready, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
    }
}

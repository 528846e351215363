import Foundation

/// The two outputs: results on stdout, everything told to people meanwhile on stderr. Written at once, never buffered.
enum Console {
    /// A line of the result.
    static func result(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }

    /// A line for the person who watches.
    static func note(_ line: String) {
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }

    /// Why the command failed.
    static func complain(_ text: String) {
        note("chorus: \(text)")
    }

    /// Text without line end, for what redraws itself on a terminal.
    static func draw(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// Empties the terminal that stdout is.
    static func redraw() {
        FileHandle.standardOutput.write(Data("\u{1B}[H\u{1B}[2J".utf8))
    }

    /// Whether a person watches stderr.
    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }
}

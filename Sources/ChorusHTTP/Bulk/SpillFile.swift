import Foundation

/// A temporary file without a name: bytes go in at its end and come out at its beginning.
struct SpillFile: Sendable {
    /// Closes with the last copy of the struct.
    private final class Handle: Sendable {
        let descriptor: Int32

        init(_ descriptor: Int32) {
            self.descriptor = descriptor
        }

        deinit {
            close(descriptor)
        }
    }

    private let handle: Handle
    private var written: off_t = 0
    private var read: off_t = 0

    /// - Throws: `SpillError` when the system refuses.
    init() throws(SpillError) {
        var template = Array("\(NSTemporaryDirectory())/chorus-bulk-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw SpillError(errno) }
        handle = Handle(descriptor)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
    }

    /// Bytes that went in and have not come out.
    var count: Int { Int(written - read) }

    mutating func append(_ bytes: [UInt8]) throws(SpillError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(handle.descriptor, buffer.baseAddress?.advanced(by: done), bytes.count - done, written)
            }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw SpillError(errno)
            }
            done += count
            written += off_t(count)
        }
    }

    /// Up to `maximum` bytes; the file shrinks to nothing once all have come out.
    mutating func next(_ maximum: Int) throws(SpillError) -> [UInt8] {
        let wanted = min(maximum, count)
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
            var got = pread(handle.descriptor, buffer.baseAddress, wanted, read)
            while got < 0, errno == EINTR { got = pread(handle.descriptor, buffer.baseAddress, wanted, read) }
            if got < 0 { failure = errno }
            initialized = max(0, got)
        }
        guard failure == 0, !bytes.isEmpty || wanted == 0 else { throw SpillError(failure) }
        read += off_t(bytes.count)
        if read == written {
            _ = ftruncate(handle.descriptor, 0)
            read = 0
            written = 0
        }
        return bytes
    }
}

/// The system refused a temporary file.
struct SpillError: Error, CustomStringConvertible {
    let code: Int32

    init(_ code: Int32) {
        self.code = code
    }

    var description: String { "bulk results cannot be kept in a temporary file: \(String(cString: strerror(code)))" }
}

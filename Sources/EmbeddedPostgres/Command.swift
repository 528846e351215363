import Foundation

/// A program run to its end with its output kept, or started and left to live longer than this process.
///
/// Output goes to an unlinked file, not to a pipe: a grandchild that inherits a pipe (the postmaster lives long) would
/// keep its reader waiting. Nothing else of ours is inherited: descriptors from 3 up are closed, signals are reset,
/// of the environment only `Command.inherited` goes on (the rest may hold secrets), and the folder is `/`, so every
/// path must be absolute. A program that cannot be found ends with status 127.
package struct Command: Sendable {
    /// How a program ended and what it wrote to stdout and stderr, in the order written.
    package struct Result: Sendable {
        /// The exit status; 128 + n after signal n.
        package let status: Int32
        package let output: String

        /// The last `count` lines of the output, for error messages.
        func tail(_ count: Int = 12) -> String {
            output.split(separator: "\n").suffix(count).joined(separator: "\n")
        }
    }

    let program: String
    let arguments: [String]
    var account = Account.current
    var input = ""

    /// A program to run as the present user.
    package init(_ program: String, _ arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    init(_ program: String, _ arguments: [String], as account: Account, input: String = "") {
        self.init(program, arguments)
        self.account = account
        self.input = input
    }

    /// Runs the program and waits for its end on a thread of its own; cancellation does not stop it.
    package func run() async throws(EmbeddedPostgresError) -> Result {
        let output = try scratchFile(holding: "")
        defer { close(output) }
        let stdin = try scratchFile(holding: input)
        defer { close(stdin) }
        let child = try spawn(stdin: stdin, stdout: output, ownSession: false)
        let status = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: Self.wait(for: child)) }
        }
        return Result(status: status, output: Self.contents(of: output))
    }

    /// Starts the program in a session of its own, its output going to the descriptor `output`, and returns at once.
    ///
    /// It outlives this process. While this process lives, its end is collected and `onEnd` is told the status. The
    /// descriptor stays the caller's: a path could be turned into a link by whoever owns its folder.
    func detach(output: Int32, onEnd: @escaping @Sendable (Int32) -> Void) throws(EmbeddedPostgresError) -> pid_t {
        let stdin = try scratchFile(holding: "")
        defer { close(stdin) }
        let child = try spawn(stdin: stdin, stdout: output, ownSession: true)
        Thread.detachNewThread { onEnd(Self.wait(for: child)) }
        return child
    }

    private func spawn(stdin: Int32, stdout: Int32, ownSession: Bool) throws(EmbeddedPostgresError) -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
            let ownSessionFlag: Int32 = 0x400  // POSIX_SPAWN_SETSID
            var flags = POSIX_SPAWN_CLOEXEC_DEFAULT
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
            // POSIX_SPAWN_SETSID, which the headers show to _GNU_SOURCE only.
            let ownSessionFlag: Int32 = 0x80
            var flags: Int32 = 0
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawn_file_actions_adddup2(&actions, stdin, 0)
        posix_spawn_file_actions_adddup2(&actions, stdout, 1)
        posix_spawn_file_actions_adddup2(&actions, stdout, 2)
        for descriptor in Self.inheritable() { posix_spawn_file_actions_addclose(&actions, descriptor) }

        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        flags |= Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        if ownSession { flags |= ownSessionFlag }
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let words = ["/bin/sh", "-c", "cd / && exec \"$@\"", "sh"] + account.prefix + [program] + arguments
        var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] =
            Self.environment(of: ProcessInfo.processInfo.environment)
            .map { strdup($0) } + [nil]
        defer { (argv + environment).forEach { free($0) } }

        var child: pid_t = 0
        let failure = posix_spawn(&child, words[0], &actions, &attributes, &argv, &environment)
        guard failure == 0 else {
            errno = failure
            throw .system("The program cannot be run", at: program, advice: "Check that it is installed.")
        }
        return child
    }

    /// Descriptors that the child must not get, whatever their flags: those open now, and low ones that another
    /// thread may open meanwhile. Closing one that is not open does nothing.
    private static func inheritable() -> Set<Int32> {
        #if canImport(Darwin)
            return []
        #else
            let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
            return Set(open.compactMap { Int32($0) }.filter { $0 > 2 }).union(3..<256)
        #endif
    }

    /// The variables that a program gets from us: where programs and libraries are, and the time zone.
    static let inherited: Set<String> = ["LD_LIBRARY_PATH", "PATH", "TZ", "TZDIR"]

    /// What a program gets of an environment. Keys and passwords stay with us, above all when the program runs as
    /// another account, and so does what would change what PostgreSQL's programs do (`PG*`) or say (the locale).
    static func environment(of ours: [String: String]) -> [String] {
        ours.filter { inherited.contains($0.key) }.map { "\($0.key)=\($0.value)" }.sorted() + ["LC_ALL=C.UTF-8"]
    }

    private static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            if errno != EINTR { return 127 }
        }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    /// A file without a name, read or written from its beginning by whoever gets the descriptor.
    private func scratchFile(holding text: String) throws(EmbeddedPostgresError) -> Int32 {
        let path = "/tmp/chorus-\(UUID().uuidString)"
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw .system("No temporary file can be made", at: path, advice: "Check its permissions and free space.")
        }
        unlink(path)
        let bytes = Array(text.utf8)
        guard bytes.isEmpty || write(file, bytes, bytes.count) == bytes.count else {
            close(file)
            throw .system("A temporary file cannot be written", at: "/tmp", advice: "Check the free space.")
        }
        lseek(file, 0, SEEK_SET)
        return file
    }

    /// What an open file holds from its beginning to its end.
    static func contents(of file: Int32) -> String {
        lseek(file, 0, SEEK_SET)
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: false)
        let data = (try? handle.readToEnd()) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }
}

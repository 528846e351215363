import Foundation

/// How the C library hands out memory.
enum Allocator {
    /// Lets threads share as many arenas as there are processors, at least two; call it before there are threads.
    ///
    /// Left alone, glibc makes eight for each processor, and every thread that comes to one leaves memory there that others do
    /// not find: a third more than the server uses. `MALLOC_ARENA_MAX` of the environment goes before.
    static func shareArenas() {
        guard ProcessInfo.processInfo.environment["MALLOC_ARENA_MAX"] == nil else { return }
        // Not among the headers that Swift sees; other C libraries do not have it.
        guard let symbol = dlsym(nil, "mallopt") else { return }
        typealias Mallopt = @convention(c) (_ parameter: Int32, _ value: Int32) -> Int32
        let mallopt = unsafeBitCast(symbol, to: Mallopt.self)
        _ = mallopt(arenaMaximum, Int32(max(2, ProcessInfo.processInfo.activeProcessorCount)))
    }

    /// `M_ARENA_MAX` of malloc.h.
    private static let arenaMaximum: Int32 = -8
}

/// Work elsewhere of which nobody knows how far it is: the time that has passed, on stderr.
enum Waiting {
    /// Says what is waited for, each second on a terminal and every ten elsewhere, until the work is done.
    static func during<Value: Sendable>(
        _ what: String,
        isWatched: Bool = Console.isWatched,
        _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        let started = ContinuousClock.now
        let teller = Task {
            let pause: Duration = isWatched ? .seconds(1) : .seconds(10)
            if !isWatched { Console.note("\(what)…") }
            while !Task.isCancelled {
                if isWatched { Console.draw("\r\(line(what, ContinuousClock.now - started))\u{1B}[K") }
                guard (try? await Task.sleep(for: pause)) != nil else { return }
                if !isWatched { Console.note(line(what, ContinuousClock.now - started)) }
            }
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await work())
        } catch {
            result = .failure(error)
        }
        teller.cancel()
        await teller.value
        if isWatched { Console.draw("\r\u{1B}[K") }
        return try result.get()
    }

    /// `training on http://127.0.0.1:8080, 12 s`.
    static func line(_ what: String, _ passed: Duration) -> String { "\(what), \(passed.components.seconds) s" }
}

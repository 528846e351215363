import Synchronization

/// How many bulk requests each key has under way, at most so many.
final class BulkSeats: Sendable {
    /// One request's place; free again when nobody holds it any more.
    final class Seat: Sendable {
        private let key: String
        private let seats: BulkSeats

        fileprivate init(_ key: String, _ seats: BulkSeats) {
            self.key = key
            self.seats = seats
        }

        deinit {
            seats.leave(key)
        }
    }

    private let limit: Int
    private let taken = Mutex<[String: Int]>([:])

    init(limit: Int) {
        self.limit = limit
    }

    /// - Throws: `Problem` 429 when the key has all of its places taken.
    func take(_ key: String) throws(Problem) -> Seat {
        let isFree = taken.withLock { taken in
            guard taken[key, default: 0] < limit else { return false }
            taken[key, default: 0] += 1
            return true
        }
        guard isFree else {
            throw Problem(
                429,
                "too-many-bulk-requests",
                "this key has \(limit) bulk requests under way; send this one when another has ended",
                headers: [.retryAfter: "1"]
            )
        }
        return Seat(key, self)
    }

    private func leave(_ key: String) {
        taken.withLock { taken in
            let left = taken[key, default: 1] - 1
            taken[key] = left > 0 ? left : nil
        }
    }
}

import Statistics

/// A voice in words: person 0 is nobody known. Unless told, message and demand have the same number.
func voice(
    _ demand: Int,
    _ person: Int,
    _ path: String,
    message: Int? = nil,
    messages: Int = 1,
    support: Int = 0
) -> Contribution {
    Contribution(
        demand: UInt128(demand),
        person: person == 0 ? nil : UInt128(person),
        message: UInt128(message ?? demand),
        messages: messages,
        reportedSupport: support,
        path: parts(path)
    )
}

/// "m/a" is ["m", "a"], "" the empty path.
func parts(_ path: String) -> [String] { path.split(separator: "/").map(String.init) }

/// Voices with the given demand numbers, each of a person of the same number.
func voices(_ demands: ClosedRange<Int>, _ path: String) -> [Contribution] {
    demands.map { voice($0, $0, path) }
}

/// A row as a reader sees it: "cell m/a: demands people messages unidentified support".
func shown(_ row: PublishedRow) -> String {
    "\(row.kind) \(row.path.joined(separator: "/")): \(row.demands) \(row.people) \(row.messages) "
        + "\(row.messagesUnidentified) \(row.reportedSupport)"
}

extension Publication {
    /// The rows as readers see them, or the word for there being none.
    var shownRows: [String] {
        switch self {
        case .rows(let rows): rows.map(shown)
        case .unchanged: ["unchanged"]
        case .nothing: ["nothing"]
        }
    }

    /// The rows, members included; nil when there are none.
    var rows: [PublishedRow]? {
        if case .rows(let rows) = self { rows } else { nil }
    }
}

/// A generator whose whole sequence follows from its seed (splitmix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}

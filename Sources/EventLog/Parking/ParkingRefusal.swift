import EventSourcing

/// Why a decision about a parked stream is not carried out; nothing was changed.
package enum ParkingRefusal: Error, Sendable, CustomStringConvertible {
    case notParked(projector: String)
    /// The live generation is of another version of the projector, or there is none.
    case notLive(projector: String)
    /// It was skipped before, and waits for the next generation.
    case skippedBefore(projector: String, position: Position)
    /// The events can only be read in their place among all others.
    case wantsRebuild(projector: String, Obstacle)
    case stillUnreadable(UndecodableEvent)

    /// What keeps a stream's events from being read after others.
    package enum Obstacle: Sendable, CustomStringConvertible {
        case order
        case release(Position)

        package var description: String {
            switch self {
            case .order: "its rows depend on the order of events of different streams"
            case .release(let position): "the release at position \(position) was published without the stream"
            }
        }
    }

    package var description: String {
        switch self {
        case .notParked(let projector):
            "the live generation of \(projector) has no such stream parked; see chorus projections parked"
        case .notLive(let projector):
            "the live generation of \(projector) was built by another version; run: chorus projections rebuild \(projector)"
        case .skippedBefore(let projector, let position):
            "the event at position \(position) was skipped before, and the stream comes back with the next generation; "
                + "run: chorus projections rebuild \(projector)"
        case .wantsRebuild(let projector, let obstacle):
            "\(projector) cannot read the stream behind the others, because \(obstacle); "
                + "run: chorus projections rebuild \(projector)"
        case .stillUnreadable(let event): "\(event); nothing was changed"
        }
    }
}

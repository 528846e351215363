import EventSourcing

extension ModelLog {
    /// What is untrue of what the callers were told.
    func violations(in arrivals: [ModelArrival]) -> [String] {
        var found: [String] = []
        var owned: [Position: Int] = [:]
        for arrival in arrivals {
            if let violation = violation(of: arrival) {
                found.append("command \(arrival.command.serial) (\(arrival.command.wish)): \(violation)")
            }
            if case .answered(let appended) = arrival.outcome, !appended.isRepeat, let first = appended.commandPosition
            {
                owned[first, default: 0] += 1
            }
        }
        for entry in entries where owned[entry.first] != 1 {
            let count = owned[entry.first] ?? 0
            found.append(
                "command \(entry.command.serial) is stored at \(entry.first), and \(count) callers were told so"
            )
        }
        return found
    }

    private func violation(of arrival: ModelArrival) -> String? {
        let command = arrival.command
        switch arrival.outcome {
        case .answered(let appended) where appended.isRepeat: return violation(ofRepeat: appended, arrival)
        case .answered(let appended): return violation(ofAppended: appended, arrival)
        case .refused(let refusal):
            let isTrue = moments(of: command, from: arrival.floor).contains { position in
                do throws(ModelCommand.Refusal) {
                    _ = try command.decide(known(to: command, at: position))
                    return false
                } catch {
                    return error == refusal
                }
            }
            return isTrue ? nil : "was refused (\(refusal.reason)), and never had to be"
        case .conflict: return nil
        case .failed(let reason):
            return command.wish == .breakTheBatch ? nil : "failed: \(reason)"
        }
    }

    private func violation(ofAppended appended: Appended, _ arrival: ModelArrival) -> String? {
        guard let entry = entries.first(where: { $0.first == appended.commandPosition }),
            entry.command.serial == arrival.command.serial
        else { return "was acknowledged at \(appended.commandPosition ?? 0), and is not there" }
        guard entry.first > arrival.floor else {
            return "stands at \(entry.first), before \(arrival.floor), which was there when it was sent"
        }
        guard appended.history == history(of: arrival.command.stream, at: entry.last) else {
            return "was told a history that its stream did not have at \(entry.last)"
        }
        return nil
    }

    private func violation(ofRepeat appended: Appended, _ arrival: ModelArrival) -> String? {
        let command = arrival.command
        let present = streams[command.stream] ?? []
        guard appended.history.elementsEqual(present.prefix(appended.history.count)) else {
            return "was told a history that its stream never had"
        }
        guard appended.position >= (history(of: command.stream, at: arrival.floor).last?.position ?? 0) else {
            return "was told a history older than what was there when it was sent"
        }
        if let position = appended.commandPosition {
            guard let id = command.commandID, let entry = commands[id], entry.first == position else {
                return "was told that it stands at \(position), where it is not"
            }
            guard appended.position >= entry.last else { return "was told a history without its own events" }
            return nil
        }
        let isTrue = moments(of: command, from: arrival.floor).contains { position in
            let known = known(to: command, at: position)
            return known.history.count == appended.history.count
                && (try? command.decide(known).events.isEmpty) == true
        }
        return isTrue ? nil : "was told that it changes nothing, and never did so at that version"
    }

    /// The positions after which the command's streams were different, from `floor` on.
    private func moments(of command: ModelCommand, from floor: Position) -> [Position] {
        [floor]
            + ([command.stream] + command.reads).flatMap { streams[$0] ?? [] }.map(\.position).filter { $0 > floor }
    }
}

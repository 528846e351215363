import Demands
import JSONText

extension Problem {
    /// Mistakes that an answer names at most.
    private static let maximumItems = 100

    /// The domain's refusal, each mistake with its pointer.
    init(_ rejection: RegistryRejection) {
        switch rejection {
        case .unknownCode: self = .notFound
        case .invalid(let mistakes):
            self.init(mistakes, code: rejection.code, detail: rejection.detail)
        default: self.init(rejection.isStateConflict ? 409 : 422, rejection.code, rejection.detail)
        }
    }

    /// Mistakes in one entry, or in lines of a file.
    init(_ mistakes: [RegistryMistake], code: String = "invalid-fields", detail: String? = nil) {
        var detail = detail ?? "nothing was registered; errors[] names each place that must be corrected"
        if mistakes.count > Self.maximumItems {
            detail += "; there are \(mistakes.count) mistakes, the first \(Self.maximumItems) are listed"
        }
        self.init(
            422,
            code,
            detail,
            items: mistakes.prefix(Self.maximumItems).map { mistake in
                let place = mistake.line.map { "/lines/\($0)" } ?? ""
                return Item(
                    place: .pointer(place + mistake.error.pointer),
                    code: mistake.error.code.rawValue,
                    detail: (mistake.line.map { "line \($0): " } ?? "") + mistake.error.detail
                )
            }
        )
    }
}

import JSONText

/// Whether a new model should take the place of another, by what cross-validation said of each.
///
/// Each was judged by its own texts: when the texts changed much, so did the question. Both sets are named, so that
/// whoever decides can see it.
package struct ModelComparison: Sendable, Equatable {
    package enum Verdict: String, Sendable {
        /// The same model, byte for byte.
        case same
        /// At least as good.
        case better
        /// Its macro-F1 is lower: it is not applied unless somebody says so.
        case worse
    }

    package let verdict: Verdict
    /// Macro-F1 before and now.
    package let before: Double
    package let now: Double
    /// Whether both were trained and judged by the same texts.
    package let isSameSet: Bool

    /// What a report must say to be compared with.
    package struct Standing: Sendable, Equatable {
        package let model: String
        package let trainingSet: String
        package let macroF1: Double

        package init(model: String, trainingSet: String, macroF1: Double) {
            self.model = model
            self.trainingSet = trainingSet
            self.macroF1 = macroF1
        }

        /// Out of a report's JSON; nil when it is none.
        package init?(reportJSON bytes: [UInt8]) {
            guard let value = try? JSONValue.parse(bytes), let model = value["model"]?.string,
                let trainingSet = value["trainingSet"]?.string, let macroF1 = value["macroF1"]?.double
            else { return nil }
            self.init(model: model, trainingSet: trainingSet, macroF1: macroF1)
        }
    }

    package init(of new: Standing, with old: Standing) {
        before = old.macroF1
        now = new.macroF1
        isSameSet = new.trainingSet == old.trainingSet
        verdict = new.model == old.model ? .same : new.macroF1 >= old.macroF1 ? .better : .worse
    }

    /// `macro-F1 0.88 instead of 0.91 …`, for people.
    package var sentence: String {
        switch verdict {
        case .same: "It is the same model, byte for byte."
        case .better: "Its macro-F1 is \(rounded(now)), that of the one before \(rounded(before)).\(caution)"
        case .worse: "It would be worse: macro-F1 \(rounded(now)) instead of \(rounded(before)).\(caution)"
        }
    }

    private var caution: String { isSameSet ? "" : " The two were judged by different texts." }

    private func rounded(_ value: Double) -> String {
        let digits = String(Int((value * 10_000).rounded()))
        return value >= 1 ? "1.0000" : "0." + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

extension TrainingReport {
    /// What of it is compared.
    package var standing: ModelComparison.Standing {
        ModelComparison.Standing(model: model, trainingSet: trainingSet, macroF1: macroF1)
    }
}

/// Why no model could be trained, in a sentence that says what to do.
package enum TrainingFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// Fewer than two labels.
    case oneCategory(String?)
    /// Fewer groups than folds.
    case fewGroups(found: Int, folds: Int)
    /// No feature has enough people.
    case noFeature(minimumPeople: Int)
    case tooManyCategories(found: Int, maximum: Int)
    case refusedByLiblinear(String)
    /// The process that trains said so.
    case saidByProcess(String)
    /// The process that trains ended without a result.
    case brokenProcess(String)

    package var description: String {
        switch self {
        case .oneCategory(let name):
            "there must be texts of at least two labels, and all have \(name.map { "the label \($0)" } ?? "none"); "
                + "add texts of another"
        case .fewGroups(let found, let folds):
            "the texts are of \(found) groups, and cross-validation in \(folds) folds needs at least as many; "
                + "add texts, or ask for fewer folds"
        case .noFeature(let minimumPeople):
            "no wording is shared by \(minimumPeople) people, so nothing may be learned; "
                + "add texts of more people, or lower the number of people if you may"
        case .tooManyCategories(let found, let maximum):
            "\(found) labels are more than the \(maximum) that a model can have"
        case .refusedByLiblinear(let words): "liblinear refuses the training: \(words)"
        case .saidByProcess(let words): words
        case .brokenProcess(let words): "the process that trains ended without a result: \(words)"
        }
    }
}

import Classification
import ModelTraining

/// Scores in words and tables, for people.
enum Scoreboard {
    static func lines(_ report: TrainingReport) -> [String] {
        var lines = [
            "model       \(report.model)",
            "learned     \(report.texts) texts, \(report.features) features, each of at least "
                + "\(report.settings.minimumPeople) people",
        ]
        lines += summary(
            macroF1: report.macroF1,
            deviation: report.macroF1Deviation,
            accuracy: report.accuracy,
            calibration: report.expectedCalibrationError
        )
        lines.append("")
        lines += Table(["CATEGORY", "TEXTS", "PRECISION", "RECALL", "F1"]).lines(
            report.categories.map {
                [$0.code, "\($0.texts)", Figure.share($0.precision), Figure.share($0.recall), Figure.share($0.f1)]
            }
        )
        return lines + [""] + coverage(report.coverage)
    }

    static func summary(macroF1: Double, deviation: Double?, accuracy: Double, calibration: Double) -> [String] {
        let spread = deviation.map { " (folds deviate by \(Figure.share($0)))" } ?? ""
        return [
            "macro-F1    \(Figure.share(macroF1))\(spread)",
            "accuracy    \(Figure.share(accuracy))",
            "calibration \(Figure.share(calibration)) expected error of the confidence",
        ]
    }

    static func coverage(_ points: [CoveragePoint]) -> [String] {
        Table(["CLASSIFIED", "RIGHT OF THESE", "THRESHOLD"]).lines(
            points.map {
                [Figure.percent($0.coverage), Figure.percent($0.accuracy), Figure.share($0.threshold)]
            }
        )
    }

    static func scores(_ confusion: ConfusionMatrix) -> [String] {
        Table(["CATEGORY", "TEXTS", "PRECISION", "RECALL", "F1"]).lines(
            confusion.scores.map {
                [
                    $0.category, "\($0.support)", Figure.share($0.precision), Figure.share($0.recall),
                    Figure.share($0.f1),
                ]
            }
        )
    }
}

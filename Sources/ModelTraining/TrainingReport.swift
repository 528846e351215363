import Classification
import JSONText

/// What a model was made from, how, and what it is worth: the same training gives the same bytes.
package struct TrainingReport: Sendable, Equatable {
    /// Of one category.
    package struct Category: Sendable, Equatable {
        package let code: String
        package let texts: Int
        package let precision: Double
        package let recall: Double
        package let f1: Double
    }

    /// SHA-256 of the model's bytes.
    package let model: String
    /// SHA-256 of the training set, in any order.
    package let trainingSet: String
    package let texts: Int
    /// Known people; texts without a person each count as one of their own beside them.
    package let people: Int
    /// What was trained with.
    package let method: String
    package let settings: TrainingSettings
    package let features: Int
    package let categories: [Category]
    /// Found by cross-validation, as everything below.
    package let macroF1: Double
    package let macroF1Deviation: Double
    package let accuracy: Double
    package let expectedCalibrationError: Double
    package let coverage: [CoveragePoint]
    /// By place of the true category, then of the one found.
    package let confusion: [[Int]]

    init(model: String, set: TrainingSet, settings: TrainingSettings, features: Int, validation: CrossValidation) {
        self.model = model
        trainingSet = set.digest
        texts = set.examples.count
        people = set.peopleCount
        method = "\(Liblinear.name), NBSVM, character and word n-grams"
        self.settings = settings
        self.features = features
        categories = validation.confusion.scores.map {
            Category(code: $0.category, texts: $0.support, precision: $0.precision, recall: $0.recall, f1: $0.f1)
        }
        macroF1 = validation.macroF1
        macroF1Deviation = validation.deviation
        accuracy = validation.accuracy
        expectedCalibrationError = validation.expectedCalibrationError
        coverage = validation.coverage
        confusion = validation.confusion.counts
    }
}

extension TrainingReport: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("model", model)
            $0.field("trainingSet", trainingSet)
            $0.field("texts", texts)
            $0.field("people", people)
            $0.field("method", method)
            $0.field("settings", settings)
            $0.field("features", features)
            $0.array("categories", of: categories) { json, category in
                json.object {
                    $0.field("code", category.code)
                    $0.field("texts", category.texts)
                    $0.field("precision", category.precision)
                    $0.field("recall", category.recall)
                    $0.field("f1", category.f1)
                }
            }
            $0.field("macroF1", macroF1)
            $0.field("macroF1Deviation", macroF1Deviation)
            $0.field("accuracy", accuracy)
            $0.field("expectedCalibrationError", expectedCalibrationError)
            $0.array("coverage", of: coverage) { json, point in json.value(point) }
            $0.field("confusion", confusion)
        }
    }

    /// The report as one line of JSON.
    package var json: [UInt8] {
        var writer = JSONWriter(capacity: 4_096)
        write(to: &writer)
        return writer.bytes
    }
}

extension CoveragePoint: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("coverage", coverage)
            $0.field("threshold", threshold)
            $0.field("accuracy", accuracy)
        }
    }
}

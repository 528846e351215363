import CLiblinear
import Glibc
import Testing

@testable import Classification
@testable import ModelTraining

/// One after the other: liblinear's generator is one for the process.
@Suite(.serialized) struct TrainWithLiblinear {
    /// A problem of 60 texts over 5 features, by a generator of its own.
    private func problem() -> (vectors: [(places: [Int32], values: [Float])], isOwn: [Bool]) {
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var vectors: [(places: [Int32], values: [Float])] = []
        var isOwn: [Bool] = []
        for text in 0..<60 {
            let own = text % 3 == 0
            var places: [Int32] = []
            var values: [Float] = []
            for feature in 0..<5 where next(3) > 0 {
                places.append(Int32(feature))
                values.append(Float(1 + next(8)) / 8 * (own == (feature < 2) ? 1 : 0.5))
            }
            vectors.append((places, values))
            isOwn.append(own)
        }
        return (vectors, isOwn)
    }

    /// What liblinear itself predicts, called by hand on the same vectors.
    @Test func theScoresAreThoseThatLiblinearPredicts() throws {
        let (vectors, isOwn) = problem()
        var settings = TrainingSettings()
        settings.tolerance = 1e-6
        let scales: [Float] = [1, 2, 0.5, 1, 3]
        let (weights, offset) = try Liblinear(vectors: vectors, featureCount: 5)
            .train(isOwn: isOwn, scales: scales, weight: 1.5, settings: settings)

        var rows = vectors.map { vector in
            zip(vector.places, vector.values).map { feature_node(index: $0 + 1, value: Double($1 * scales[Int($0)])) }
                + [feature_node(index: 6, value: 1), feature_node(index: -1, value: 0)]
        }
        let pointers = rows.indices.map { row in
            let pointer = UnsafeMutablePointer<feature_node>.allocate(capacity: rows[row].count)
            pointer.initialize(from: rows[row], count: rows[row].count)
            return Optional(pointer)
        }
        defer { for pointer in pointers { pointer?.deallocate() } }
        rows.removeAll()
        var sides = isOwn.map { $0 ? 1.0 : -1.0 }
        var x = pointers
        var predicted: [Double] = []
        sides.withUnsafeMutableBufferPointer { sides in
            x.withUnsafeMutableBufferPointer { x in
                var labels: [Int32] = [1, -1]
                var costs = [1.5, 1.0]
                labels.withUnsafeMutableBufferPointer { labels in
                    costs.withUnsafeMutableBufferPointer { costs in
                        var problem = CLiblinear.problem()
                        problem.l = 60
                        problem.n = 6
                        problem.y = sides.baseAddress
                        problem.x = x.baseAddress
                        problem.bias = 1
                        var parameter = CLiblinear.parameter()
                        parameter.solver_type = Int32(L2R_L2LOSS_SVC_DUAL)
                        parameter.eps = 1e-6
                        parameter.C = 0.5
                        parameter.p = 0.1
                        parameter.nr_weight = 2
                        parameter.weight_label = labels.baseAddress
                        parameter.weight = costs.baseAddress
                        srand(1)
                        var model = CLiblinear.train(&problem, &parameter)
                        for row in x {
                            var value = 0.0
                            _ = predict_values(model, row, &value)
                            predicted.append(value)
                        }
                        free_and_destroy_model(&model)
                    }
                }
            }
        }
        for (vector, expected) in zip(vectors, predicted) {
            let ours = zip(vector.places, vector.values).reduce(offset) { $0 + weights[Int($1.0)] * $1.1 }
            #expect(abs(Double(ours) - expected) < 1e-4)
        }
        // The comparison would see another sign.
        #expect(predicted.contains { abs($0) > 0.1 })
    }

    /// The conditions for the minimum of ½‖w‖² + Σ Cᵢ max(0, 1 − yᵢ wᵀxᵢ)²: the gradient is zero.
    @Test func theWeightsAreAtTheMinimum() throws {
        let (vectors, isOwn) = problem()
        var settings = TrainingSettings()
        settings.tolerance = 1e-8
        let (weights, offset) = try Liblinear(vectors: vectors, featureCount: 5)
            .train(isOwn: isOwn, scales: [1, 1, 1, 1, 1], weight: 2, settings: settings)
        func gradient(at weights: [Double]) -> [Double] {
            var gradient = weights
            for (vector, isOwn) in zip(vectors, isOwn) {
                var x = [0, 0, 0, 0, 0, 1.0]
                for (place, value) in zip(vector.places, vector.values) { x[Int(place)] = Double(value) }
                let side = isOwn ? 1.0 : -1.0
                let miss = 1 - side * zip(weights, x).reduce(0) { $0 + $1.0 * $1.1 }
                guard miss > 0 else { continue }
                let cost = settings.cost * (isOwn ? 2 : 1)
                for feature in x.indices { gradient[feature] -= 2 * cost * side * miss * x[feature] }
            }
            return gradient
        }
        let found = (weights + [offset]).map(Double.init)
        #expect(gradient(at: found).allSatisfy { abs($0) < 1e-3 })
        var elsewhere = found
        elsewhere[0] += 0.1
        #expect(gradient(at: elsewhere).contains { abs($0) > 1e-2 })
    }
}

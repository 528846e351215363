import CLiblinear
import Glibc

/// liblinear's solver of the L2-regularised squared hinge loss, in the dual (Hsieh et al. 2008), two sides at a time.
///
/// It shuffles with C's `rand`, which is one for the process: only one thread may train at a time, and only a process
/// that nothing else in it calls `rand` gives the same weights again. Hence `TrainingProcesses`.
final class Liblinear {
    private let nodes: UnsafeMutableBufferPointer<feature_node>
    private let rows: UnsafeMutableBufferPointer<UnsafeMutablePointer<feature_node>?>
    private let sides: UnsafeMutableBufferPointer<Double>
    /// Of each text, the value that it has of each of its features.
    private let values: [Float]
    private let places: [Int32]
    private let starts: [Int]
    private let featureCount: Int

    /// What a number in a report stands for.
    static var name: String { "liblinear \(LIBLINEAR_VERSION) L2R_L2LOSS_SVC_DUAL" }

    init(vectors: [(places: [Int32], values: [Float])], featureCount: Int) {
        self.featureCount = featureCount
        values = vectors.flatMap(\.values)
        places = vectors.flatMap(\.places)
        var starts = [0]
        for vector in vectors { starts.append(starts[starts.count - 1] + vector.places.count) }
        self.starts = starts
        // Each row has its features, the offset's constant 1 and an end mark.
        nodes = .allocate(capacity: values.count + 2 * vectors.count)
        nodes.initialize(repeating: feature_node(index: -1, value: 0))
        rows = .allocate(capacity: vectors.count)
        rows.initialize(repeating: nil)
        sides = .allocate(capacity: vectors.count)
        sides.initialize(repeating: 0)
        set_print_string_function { _ in }
    }

    deinit {
        nodes.deallocate()
        rows.deallocate()
        sides.deallocate()
    }

    /// The weights and the offset that tell the texts of one side from the others, for features that each count `scales`
    /// times as much; those that count nothing are left out, and weigh nothing.
    ///
    /// - Parameter weight: how much more a text of that side costs than one of the others.
    func train(
        isOwn: [Bool],
        scales: [Float],
        weight: Double,
        settings: TrainingSettings
    ) throws(TrainingFailure) -> (weights: [Float], offset: Float) {
        fill(isOwn: isOwn, scales: scales)
        var problem = problem()
        problem.l = Int32(isOwn.count)
        problem.n = Int32(featureCount + 1)
        problem.y = sides.baseAddress
        problem.x = rows.baseAddress
        problem.bias = 1
        var labels: [Int32] = [1, -1]
        var weights = [weight, 1]
        return try labels.withUnsafeMutableBufferPointer { labels throws(TrainingFailure) in
            try weights.withUnsafeMutableBufferPointer { weights throws(TrainingFailure) in
                var parameter = parameter()
                parameter.solver_type = Int32(L2R_L2LOSS_SVC_DUAL)
                parameter.eps = settings.tolerance
                parameter.C = settings.cost
                parameter.nr_weight = 2
                parameter.weight_label = labels.baseAddress
                parameter.weight = weights.baseAddress
                parameter.p = 0.1
                if let complaint = check_parameter(&problem, &parameter) {
                    throw .refusedByLiblinear(String(cString: complaint))
                }
                srand(UInt32(truncatingIfNeeded: settings.seed))
                // `train` is shadowed by this method.
                var model = CLiblinear.train(&problem, &parameter)
                defer { free_and_destroy_model(&model) }
                guard let trained = model?.pointee, let found = trained.w, let first = trained.label else {
                    throw .refusedByLiblinear("it gave no model")
                }
                // The weights are for the label that comes first.
                let sign: Double = first[0] == 1 ? 1 : -1
                return (
                    (0..<featureCount).map { Float(sign * found[$0]) * scales[$0] },
                    Float(sign * found[featureCount])
                )
            }
        }
    }

    /// Lays out the rows for liblinear: of each text the features that count, scaled, the offset's constant and an end mark.
    ///
    /// One pass over all texts for each category: it looks at memory and nothing else.
    private func fill(isOwn: [Bool], scales: [Float]) {
        guard let first = nodes.baseAddress else { return }
        let offset = Int32(featureCount) + 1
        scales.withUnsafeBufferPointer { scales in
            places.withUnsafeBufferPointer { places in
                values.withUnsafeBufferPointer { values in
                    var node = first
                    for row in isOwn.indices {
                        sides[row] = isOwn[row] ? 1 : -1
                        rows[row] = node
                        for at in starts[row]..<starts[row + 1] {
                            let place = places[at]
                            let scale = scales[Int(place)]
                            node.pointee = feature_node(index: place + 1, value: Double(values[at] * scale))
                            // Without a branch: a feature that counts nothing is written over by the next.
                            node += scale == 0 ? 0 : 1
                        }
                        node.pointee = feature_node(index: offset, value: 1)
                        node[1] = feature_node(index: -1, value: 0)
                        node += 2
                    }
                }
            }
        }
    }
}

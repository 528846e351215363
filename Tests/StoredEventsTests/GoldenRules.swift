/// What must hold of golden files, so that every event ever stored stays readable.
enum GoldenRules {
    /// One stored type and the version in which it is written today.
    struct StoredType: Hashable, Comparable {
        let context: String
        let type: String
        let presentVersion: Int16

        static func < (left: StoredType, right: StoredType) -> Bool {
            (left.context, left.type) < (right.context, right.type)
        }
    }

    /// Everything that is wrong, in words, in a fixed order.
    ///
    /// - Parameter expected: names of the files whose event is written out in a test.
    static func violations(of files: GoldenFiles, types: Set<StoredType>, expected: Set<String>) -> [String] {
        var found: [String] = []
        for name in Set(files.bodies.keys).union(files.sums.keys).sorted() {
            switch (files.bodies[name], files.sums[name]) {
            case (let body?, let sum?) where GoldenFiles.sum(body) != sum:
                found.append("\(name) was changed: stored events never change: add a new version")
            case (_?, nil): found.append("\(name) is not in SHA256SUMS: add its line once, for ever")
            case (nil, _?): found.append("\(name) is gone: what was stored once is read for ever")
            default: break
            }
        }
        var versions: [String: Set<Int16>] = [:]
        for name in files.bodies.keys.sorted() {
            guard let parts = GoldenName(name) else {
                found.append("\(name) is not named <context>/<Type>.v<version>[.<variant>]")
                continue
            }
            versions["\(parts.context)/\(parts.type)", default: []].insert(parts.version)
            if !expected.contains(name) { found.append("\(name) is decoded by no test: write out its event") }
        }
        for name in expected.sorted() where files.bodies[name] == nil {
            found.append("\(name) is expected by a test, and there is no such file")
        }
        for stored in types.sorted() {
            let known = versions.removeValue(forKey: "\(stored.context)/\(stored.type)") ?? []
            for version in 1...stored.presentVersion where !known.contains(version) {
                found.append("\(stored.context)/\(stored.type) has no golden file of version \(version)")
            }
            for version in known.sorted() where version > stored.presentVersion {
                found.append("\(stored.context)/\(stored.type) has a golden file of version \(version), never written")
            }
        }
        found += versions.keys.sorted().map { "\($0) is no event of that context" }
        return found
    }
}

extension [String: String] {
    /// A code, and those above it, upwards: this holds what stands above each. Registries and taxonomies let no circle in.
    func upwards(from code: String) -> [String] {
        var codes: [String] = []
        var next: String? = code
        while let current = next {
            codes.append(current)
            next = self[current]
        }
        return codes
    }
}

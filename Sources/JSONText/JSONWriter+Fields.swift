extension JSONWriter {
    /// Writes a value of any writable type.
    package mutating func value(_ value: some JSONWritable) {
        value.write(to: &self)
    }

    /// Writes a member; nil is written as `null`.
    package mutating func field(_ name: String, _ value: some JSONWritable) {
        self.name(name)
        value.write(to: &self)
    }

    /// Writes a member unless the value is nil.
    package mutating func field(_ name: String, ifPresent value: (some JSONWritable)?) {
        guard let value else { return }
        field(name, value)
    }

    /// Writes a member that is a number of the log or the database, 64 bits wide.
    package mutating func field(_ name: String, _ value: Int64) {
        field(name, Int(value))
    }

    /// Writes a member whose value already is JSON, byte for byte and unchecked.
    package mutating func field(_ name: String, json: some Sequence<UInt8>) {
        self.name(name)
        raw(json: json)
    }

    /// Writes a member that is an object.
    package mutating func object<E: Error>(
        _ name: String,
        _ body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        self.name(name)
        try object(body)
    }

    /// Writes a member that is an array.
    package mutating func array<E: Error>(
        _ name: String,
        _ body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        self.name(name)
        try array(body)
    }

    /// Writes a member that is an array, with one value written by the body for each element.
    package mutating func array<Elements: Sequence, E: Error>(
        _ name: String,
        of elements: Elements,
        _ body: (inout JSONWriter, Elements.Element) throws(E) -> Void
    ) throws(E) {
        self.name(name)
        try array { json throws(E) in
            for element in elements { try body(&json, element) }
        }
    }
}

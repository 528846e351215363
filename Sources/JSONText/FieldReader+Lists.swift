extension FieldReader {
    /// A nested object, read and finished by this method; what the body gives is given back.
    package mutating func object<T>(
        _ name: String,
        required: Bool = false,
        _ body: (inout FieldReader) -> T?
    ) -> T? {
        guard let found = take(name, required: required) else { return nil }
        return nested(found.value, place: [found.index], pointer: found.pointer, body)
    }

    /// An array of objects; elements for which the body gives nil are left out.
    ///
    /// A body that gives nil should have left an error. Beyond `maximum` no element is looked at.
    package mutating func objects<T>(
        _ name: String,
        required: Bool = false,
        maximum: Int,
        _ body: (inout FieldReader) -> T?
    ) -> [T]? {
        elements(name, required: required, maximum: maximum) { reader, element, place, pointer in
            reader.nested(element, place: place, pointer: pointer, body)
        }
    }

    /// An array of texts; wrong elements are left out, each with its error.
    ///
    /// With `unique`, a text that came before (scalar by scalar) is an error as well.
    package mutating func strings(
        _ name: String,
        required: Bool = false,
        maximum: Int,
        maximumScalars: Int,
        unique: Bool = false,
        allow: TextRules = []
    ) -> [String]? {
        var seen: Set<ExactText> = []
        return elements(name, required: required, maximum: maximum) { reader, element, place, pointer in
            guard let text = reader.text(element, place: place, pointer: pointer, maximumScalars, allow) else {
                return nil
            }
            if unique, !seen.insert(ExactText(text)).inserted {
                reader.report(place: place, pointer: pointer, .duplicate, "is in the list already")
                return nil
            }
            return text
        }
    }

    /// An array whose elements the body reads one by one.
    private mutating func elements<T>(
        _ name: String,
        required: Bool,
        maximum: Int,
        _ body: (inout FieldReader, _ element: JSONValue, _ place: [Int], _ pointer: String) -> T?
    ) -> [T]? {
        guard let found = take(name, required: required) else { return nil }
        guard case .array(let elements) = found.value else {
            report(
                place: [found.index],
                pointer: found.pointer,
                .wrongType,
                "must be an array, not \(found.value.kind)"
            )
            return nil
        }
        guard elements.count <= maximum else {
            report(place: [found.index], pointer: found.pointer, .tooMany, "must have at most \(maximum) elements")
            return nil
        }
        return elements.indices.compactMap { index in
            body(&self, elements[index], [found.index, index], JSONPointer.element(index, of: found.pointer))
        }
    }

    private mutating func nested<T>(
        _ value: JSONValue,
        place: [Int],
        pointer: String,
        _ body: (inout FieldReader) -> T?
    ) -> T? {
        var reader = FieldReader(value, at: pointer)
        let result = body(&reader)
        reader.finish()
        adopt(reader, at: place)
        return reader.isObject ? result : nil
    }
}

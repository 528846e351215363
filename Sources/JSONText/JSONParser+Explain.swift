extension JSONParser {
    /// The error for people: line, column and pointer are worked out only now.
    ///
    /// A text in another encoding (GBK, UTF-16) mostly trips over something else first; if it stops being UTF-8
    /// before the fault, that is what is reported.
    func explain(_ fault: Fault) -> JSONSyntaxError {
        var reason = fault.reason
        var offset = fault.offset
        if case .tooLarge = reason {
            // Neither read nor counted: the line and column of a text that long help nobody.
            return JSONSyntaxError(reason: reason, offset: offset, line: 1, column: 1, pointer: "")
        }
        if let invalid = UTF8Grammar.firstInvalid(in: text), invalid <= offset || reason == .invalidUTF8 {
            reason = .invalidUTF8
            offset = invalid
        }
        var line = 1
        var column = 1
        for byte in text[..<min(offset, text.count)] {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return JSONSyntaxError(reason: reason, offset: offset, line: line, column: column, pointer: fault.pointer)
    }
}

extension JSONParser.Fault {
    /// The place reached.
    fileprivate var pointer: String {
        path.reversed().reduce(into: "") { pointer, step in
            switch step {
            case .member(let name): pointer = JSONPointer.member(name, of: pointer)
            case .element(let index): pointer = JSONPointer.element(index, of: pointer)
            }
        }
    }
}

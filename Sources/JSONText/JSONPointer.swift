/// JSON Pointers (RFC 6901): `/groups/0/tie`.
package enum JSONPointer {
    /// How many scalars of one name a pointer in an error carries; the rest is an ellipsis.
    package static let maximumName = 40

    /// A name as a reference token: `~` becomes `~0`, `/` becomes `~1`.
    package static func escape(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
        var token = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": token += "~0"
            case "/": token += "~1"
            default: token.unicodeScalars.append(scalar)
            }
        }
        return token
    }

    /// The pointer to a member of the object at `pointer`.
    ///
    /// The name is clipped to `maximumName` scalars, since it may be somebody's words: then the pointer leads nowhere.
    package static func member(_ name: String, of pointer: String) -> String {
        pointer + "/" + escape(ExactText.clip(name, to: maximumName))
    }

    /// The pointer to an element, counted from 0, of the array at `pointer`.
    package static func element(_ index: Int, of pointer: String) -> String {
        pointer + "/" + String(index)
    }
}

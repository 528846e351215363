/// The members of a JSON object in the order written.
///
/// A parsed object never holds a name twice (the parser refuses it); an object built by hand may, and then the first
/// one is found. Lookup is linear, which for the few members that an event or a request has is the fastest way.
package struct JSONObject: Sendable, Equatable {
    /// A name and its value.
    package typealias Member = (key: String, value: JSONValue)

    /// All members in the order written.
    package let members: [Member]

    /// An object of these members, kept in this order.
    package init(_ members: [Member]) {
        self.members = members
    }

    /// How many members there are.
    package var count: Int { members.count }

    /// The value of that name, or nil when there is none. A member that holds `null` gives `.null`, not nil.
    package subscript(name: String) -> JSONValue? {
        index(of: name).map { members[$0].value }
    }

    /// The place of that name among the members.
    func index(of name: String) -> Int? {
        for index in members.indices where ExactText.same(members[index].key, name) {
            return index
        }
        return nil
    }

    /// Equal when the same members come in the same order: it is the text that is compared, not a map.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.elementsEqual(right.members) { ExactText.same($0.key, $1.key) && $0.value == $1.value }
    }
}

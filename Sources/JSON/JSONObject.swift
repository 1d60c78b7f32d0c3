/// One name with its value.
package struct JSONMember: Hashable, Sendable {
    /// The name, unique in its object.
    package var key: String
    /// What stands behind the name.
    package var value: JSONValue

    package init(key: String, value: JSONValue) {
        self.key = key
        self.value = value
    }
}

/// An object that keeps its members in the order in which they were written.
///
/// Order counts in a comparison. Looking a key up takes time in proportion to the members.
package struct JSONObject: Hashable, Sendable {
    /// The members in order, each key once.
    package var members: [JSONMember]

    /// - Parameter members: each key once; twice is a mistake of the program.
    package init(_ members: [JSONMember] = []) {
        precondition(
            Set(members.map(\.key)).count == members.count, "a JSON object names each key once")
        self.members = members
    }

    /// The caller has seen to it that no key stands twice.
    init(distinct members: [JSONMember]) { self.members = members }

    /// The value of a key. Setting replaces in place or appends; setting nil removes.
    package subscript(key: String) -> JSONValue? {
        get { members.first { $0.key == key }?.value }
        set {
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(JSONMember(key: key, value: value))
            case (nil, nil): break
            }
        }
    }
}

extension JSONObject: RandomAccessCollection {
    /// Always 0.
    package var startIndex: Int { members.startIndex }
    /// The number of members.
    package var endIndex: Int { members.endIndex }
    /// The member at a place in the order.
    package subscript(position: Int) -> JSONMember { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral members: (String, JSONValue)...) {
        self.init(members.map { JSONMember(key: $0.0, value: $0.1) })
    }
}

/// What a gateway says besides: a refusal, a warning, a state of its connections.
package struct Notice: Hashable, Sendable {
    /// Of the request or order that it is about; -1 when about none.
    package var id = -1
    package var code = 0
    package var text = ""
    /// Why an order was refused, as JSON.
    package var rejectDetails = ""

    package init() {}

    package init(id: Int = -1, code: Int, _ text: String) {
        self.id = id
        self.code = code
        self.text = text
    }
}

/// An order of another program that this client may manage from now on.
package struct BoundOrder: Hashable, Sendable {
    /// Unique in the account; the client and the number it has there now.
    package var permanentID: Int64 = 0
    package var clientID = 0
    package var orderID = 0

    package init() {}
}

import JSON
import Numbers
import TWS

/// The two libraries that our messages are judged by.
enum Library: String, CaseIterable {
    case ibAsync = "ib_async"
    case ibapi

    /// One of two, where the libraries differ.
    func choose<Value>(_ ibAsync: Value, ibapi: Value) -> Value {
        self == .ibAsync ? ibAsync : ibapi
    }
}

/// What a library has to tell its application of a value.
indirect enum Told {
    case units(Int64)
    case integer(Int64)
    case double(Double)
    case string(String)
    case truth(Bool)
    /// It is not set, or it is the library's own word for that.
    case nothing
    case list([Told])
    case object([String: Told])

    /// `none`: what the library has where ours is nil.
    static func number<N: FixedPoint>(_ value: N?, none: Told = .nothing) -> Told {
        value.map { .units($0.units) } ?? none
    }

    /// Left empty on the wire: ib_async keeps what it had before, mostly 0, ibapi has none.
    static func number<N: FixedPoint>(_ value: N?, _ library: Library) -> Told {
        number(value, none: library.choose(.units(0), ibapi: .nothing))
    }

    static func whole(_ value: Int?, none: Told = .nothing) -> Told {
        value.map { .integer(Int64($0)) } ?? none
    }

    /// As text, in which a library leaves it.
    static func spelled<N: FixedPoint>(_ value: N?) -> Told { number(value, none: .string("")) }

    static func text(_ value: String, none: String = "") -> Told {
        .string(value.isEmpty ? none : value)
    }

    static func tags(_ tags: [TagValue]) -> Told {
        .list(tags.map { .object(["tag": .text($0.tag), "value": .text($0.value)]) })
    }

    /// Each value by its path: `openOrder.2.conditions.0.price`.
    func flat(_ path: String, into: inout [String: Told]) {
        switch self {
        case .list(let items):
            for (place, item) in items.enumerated() { item.flat("\(path).\(place)", into: &into) }
        case .object(let members):
            for (name, member) in members { member.flat("\(path).\(name)", into: &into) }
        case .units, .integer, .double, .string, .truth, .nothing: into[path] = self
        }
    }

    /// Whether what a library printed says the same: numbers by all their digits.
    func agrees(with found: JSONValue?) -> Bool {
        switch (self, found) {
        case (.nothing, .null): true
        // ib_async and ibapi leave the figures of margins as they came.
        case (.nothing, .string(let text)): text == "1.7976931348623157E308"
        case (.units(let units), .string(let text)): Price(text)?.units == units
        case (.integer(let number), .string(let text)): Int64(text) == number
        case (.double(let number), .string(let text)): Double(text) == number
        case (.string(let wanted), .string(let text)): wanted == text
        case (.truth(let wanted), .bool(let truth)): wanted == truth
        default: false
        }
    }
}

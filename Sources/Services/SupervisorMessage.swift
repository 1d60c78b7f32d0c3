import Facts
import JSON

/// What is asked of the supervisor: one line of JSON.
enum SupervisorRequest: Hashable, Sendable {
    case look([UnitName])
    case load
    case start(UnitName)
    case stop(UnitName)
    case restart(UnitName)
    case reset(UnitName)
    /// Stop everything, and end.
    case down

    var line: String {
        let value: JSONValue =
            switch self {
            case .look(let units):
                ["verb": "look", "units": .array(units.map { .string($0.text) })]
            case .load: ["verb": "load"]
            case .start(let unit): ["verb": "start", "unit": .string(unit.text)]
            case .stop(let unit): ["verb": "stop", "unit": .string(unit.text)]
            case .restart(let unit): ["verb": "restart", "unit": .string(unit.text)]
            case .reset(let unit): ["verb": "reset", "unit": .string(unit.text)]
            case .down: ["verb": "down"]
            }
        return value.text() + "\n"
    }

    /// - Throws: `BadMessage` when the bytes are not one request.
    init(_ bytes: [UInt8]) throws(BadMessage) {
        let value = try BadMessage.parse(bytes)
        func unit() throws(BadMessage) -> UnitName {
            guard let unit = value["unit"]?.asString.flatMap(UnitName.init) else {
                throw BadMessage("the request names no unit")
            }
            return unit
        }
        switch value["verb"]?.asString {
        case "look":
            let names = (value["units"]?.asArray ?? []).map { $0.asString.flatMap(UnitName.init) }
            guard names.allSatisfy({ $0 != nil }) else { throw BadMessage("no unit name") }
            self = .look(names.compactMap { $0 })
        case "load": self = .load
        case "start": self = .start(try unit())
        case "stop": self = .stop(try unit())
        case "restart": self = .restart(try unit())
        case "reset": self = .reset(try unit())
        case "down": self = .down
        default: throw BadMessage("the request has no known verb")
        }
    }
}

/// What the supervisor answers: one line of JSON.
enum SupervisorReply: Hashable, Sendable {
    case done
    case failed(String)
    case statuses([UnitName: UnitStatus])

    var line: String {
        let value: JSONValue
        switch self {
        case .done: value = ["done": true]
        case .failed(let words): value = ["failed": .string(words)]
        case .statuses(let statuses):
            let members = statuses.sorted { $0.key < $1.key }.map {
                JSONMember(key: $0.key.text, value: Self.value(of: $0.value))
            }
            value = ["units": .object(JSONObject(members))]
        }
        return value.text() + "\n"
    }

    /// - Throws: `BadMessage` when the bytes are not one reply.
    init(_ bytes: [UInt8]) throws(BadMessage) {
        let value = try BadMessage.parse(bytes)
        if value["done"] == true {
            self = .done
        } else if let words = value["failed"]?.asString {
            self = .failed(words)
        } else if let units = value["units"]?.asObject {
            var statuses: [UnitName: UnitStatus] = [:]
            for member in units {
                guard let unit = UnitName(member.key) else { throw BadMessage("no unit name") }
                statuses[unit] = try Self.status(member.value)
            }
            self = .statuses(statuses)
        } else {
            throw BadMessage("the answer is of no known kind")
        }
    }

    private static func value(of status: UnitStatus) -> JSONValue {
        let pause = status.restartPause.components
        return [
            "load": .string(status.load), "active": .string(status.active),
            "sub": .string(status.sub), "enablement": .string(status.enablement),
            "result": .string(status.result), "invocation": .string(status.invocation),
            "restarts": .integer(Int64(status.restarts)),
            "main_process": .integer(Int64(status.mainProcess)),
            "exit_status": .integer(Int64(status.exitStatus)),
            "needs_reload": .bool(status.needsReload), "started_us": .integer(status.startedUs),
            "restart_pause_us":
                .integer(pause.seconds * 1_000_000 + pause.attoseconds / 1_000_000_000_000),
        ]
    }

    private static func status(_ value: JSONValue) throws(BadMessage) -> UnitStatus {
        func text(_ key: String) throws(BadMessage) -> String {
            guard let text = value[key]?.asString else { throw BadMessage("no \(key)") }
            return text
        }
        func number<Number: FixedWidthInteger>(_ key: String) throws(BadMessage) -> Number {
            guard let number = value[key]?.asInteger.flatMap({ Number(exactly: $0) }) else {
                throw BadMessage("no \(key)")
            }
            return number
        }
        guard let needsReload = value["needs_reload"]?.asBool else {
            throw BadMessage("no needs_reload")
        }
        let pauseUs: Int64 = try number("restart_pause_us")
        return UnitStatus(
            load: try text("load"), active: try text("active"), sub: try text("sub"),
            enablement: try text("enablement"), result: try text("result"),
            invocation: try text("invocation"), restarts: try number("restarts"),
            mainProcess: try number("main_process"), exitStatus: try number("exit_status"),
            needsReload: needsReload, startedUs: try number("started_us"),
            restartPause: .microseconds(pauseUs))
    }
}

/// A line that is no request or reply.
struct BadMessage: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in one sentence.
    let description: String

    init(_ description: String) { self.description = description }

    fileprivate static func parse(_ bytes: [UInt8]) throws(BadMessage) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue.parse(bytes)
        } catch {
            throw BadMessage("the line is not JSON: \(error)")
        }
    }
}

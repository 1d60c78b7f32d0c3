import YAML

extension HostVariables {
    /// A document with what the host's variables say laid over it.
    ///
    /// A variable that would raise risk is a fault, and lays nothing over.
    static func lay(
        _ settings: [Setting], over document: YAMLNode, _ faults: inout [YAMLFault]
    ) -> YAMLNode {
        var result = document
        for setting in settings {
            let there =
                document.node(at: setting.row.path)?.text
                ?? Schema.desired.standard(at: setting.row.path)
            if let reason = refusal(setting, there) {
                faults.append(
                    YAMLFault(
                        mark: setting.mark, problem: "\(setting.row.name) \(reason)",
                        suggestion: "a variable may only lower risk"))
                continue
            }
            let value = YAMLNode(
                value: .scalar(YAMLScalar(text: setting.text, isPlain: true)), mark: setting.mark)
            result = layer(nested(value, setting.row.path, setting.mark), on: result)
        }
        return result
    }

    private static func nested(
        _ value: YAMLNode, _ path: [String], _ mark: YAMLMark
    ) -> YAMLNode {
        path.reversed().reduce(value) { node, key in
            let entry = YAMLEntry(key: key, keyMark: mark, value: node)
            return YAMLNode(value: .mapping([entry]), mark: mark)
        }
    }

    /// Why a variable raises risk; nil where it does not, or says nothing that could be compared:
    /// then its shape is its fault.
    private static func refusal(_ setting: Setting, _ there: String?) -> String? {
        guard let scalar = Schema.desired.scalar(at: setting.row.path) else { return nil }
        let place = setting.row.place
        switch setting.row.direction {
        case .any: return nil
        case .trueOnly: return setting.text == "false" ? "is false" : nil
        case .lower:
            guard let there, let most = scalar.amount(there),
                let wanted = scalar.amount(setting.text)
            else { return nil }
            if case .money = scalar, Money(there)?.currency != Money(setting.text)?.currency {
                return "is \(setting.text), and \(place) is \(there): nobody can compare the two"
            }
            return wanted > most ? "is \(setting.text), above \(place), which is \(there)" : nil
        case .later:
            guard case .word(let words) = scalar,
                let wanted = words.firstIndex(of: setting.text)
            else { return nil }
            // Where nothing is wanted, nothing is traded.
            let least = there.flatMap { words.firstIndex(of: $0) } ?? words.count - 1
            return wanted < least
                ? "is \(setting.text), and \(place) is \(there ?? "not there")" : nil
        }
    }
}

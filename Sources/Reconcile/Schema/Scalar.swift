import Facts
import YAML

/// The kinds of single value that desired state knows; each reads one notation and refuses the
/// rest.
package enum Scalar: Hashable, Sendable {
    case text
    /// `true` or `false`, and nothing else.
    case bool
    /// A whole number of this range.
    case integer(ClosedRange<Int>)
    /// A number with up to four decimals, at least 0.
    case decimal
    /// One of a closed list.
    case word([String])
    /// At most this long, in seconds.
    case duration(secondsMax: Int)
    case percentage
    case money
    /// A time of day with its zone.
    case time
    case size
    /// Permission bits in quotes.
    case mode
    /// An absolute path in its one spelling.
    case path
    /// The same, or `/`.
    case folder
    /// A path below one of the host's roots.
    case managedPath
    /// An account or group, as useradd(8) takes it.
    case account
    case unit
    /// A file or folder below `desired/`.
    case source
    /// A file below `systemd/`.
    case unitFile
    /// Where a link leads.
    case target
    /// A host by name or number, with a port.
    case address
    /// A host by name or number.
    case host
    /// A time zone: `UTC`, or `America/New_York`.
    case zone
    /// A duration that may be given in milliseconds too; at most an hour.
    case interval
    /// Letters, digits, `-` and `_`.
    case name
    /// A part of desired state by its path: `config.ib`.
    case part
    /// An account at the broker.
    case brokerAccount
    /// 64 hexadecimal digits.
    case sha256
}

/// Why a text is not of its kind.
struct ScalarProblem: Hashable {
    /// The rest of a sentence that begins with the place: `is 'x', not a text`.
    var words: String
    var suggestion: String?
}

extension Scalar {
    /// What is wrong with a value; nil when it is of this kind.
    ///
    /// `roots`: folders that managed paths must lie in.
    func problem(with scalar: YAMLScalar, roots: [HostPath]) -> ScalarProblem? {
        let text = scalar.text
        switch self {
        case .bool: return scalar.isPlain && isBool(text) ? nil : mistake(text)
        case .integer(let range):
            guard scalar.isPlain, let number = Int(text), range.contains(number),
                "\(number)" == text
            else { return mistake(text) }
            return nil
        case .word(let words):
            if words.contains(text) { return nil }
            return ScalarProblem(
                words: "is '\(text)', not one of \(words.joined(separator: ", "))",
                suggestion: didYouMean(text, among: words))
        case .duration(let secondsMax): return durationProblem(text, secondsMax)
        case .mode:
            guard let mode = FileMode(octal: text) else { return mistake(text) }
            return scalar.isPlain
                ? ScalarProblem(words: "is not in quotes", suggestion: "write \"\(mode)\"") : nil
        case .folder where text == "/": return nil
        case .path, .folder, .managedPath: return pathProblem(text, roots)
        case .account: return isAccount(text) ? nil : mistake(text)
        case .unit: return unitProblem(text)
        default: return isRight(text) ? nil : mistake(text)
        }
    }

    private func mistake(_ text: String) -> ScalarProblem {
        switch self {
        case .account: ScalarProblem(words: "is '\(text)', no account name")
        default: ScalarProblem(words: "is '\(text)', not \(wanted)")
        }
    }

    private func isBool(_ text: String) -> Bool { text == "true" || text == "false" }

    private func durationProblem(_ text: String, _ secondsMax: Int) -> ScalarProblem? {
        guard let duration = Duration(desired: text) else {
            if Int(text) == nil { return mistake(text) }
            return ScalarProblem(
                words: "has no unit", suggestion: "write \(text)s, \(text)m or \(text)h")
        }
        if duration <= .seconds(secondsMax) { return nil }
        let longest = Duration.seconds(secondsMax).desiredText
        return ScalarProblem(words: "is over \(longest), the longest that may stand here")
    }

    private func pathProblem(_ text: String, _ roots: [HostPath]) -> ScalarProblem? {
        do throws(BadPath) {
            let path = try HostPath(text)
            if self != .managedPath || roots.contains(where: { path.isWithin($0) }) { return nil }
            return ScalarProblem(
                words: "is \(text), which lies below none of the roots",
                suggestion: "roots are: \(roots.map(\.text).joined(separator: ", "))")
        } catch {
            return ScalarProblem(words: "is no path: '\(text)' \(error.reason)")
        }
    }

    private func unitProblem(_ text: String) -> ScalarProblem? {
        if UnitName(text) != nil { return nil }
        let kinds = UnitName.Kind.allCases.map { ".\($0.rawValue)" }.joined(separator: " ")
        return ScalarProblem(
            words: "is '\(text)', no unit name", suggestion: "a unit name ends in one of \(kinds)")
    }

    /// For the kinds that have nothing more to say than right or wrong.
    private func isRight(_ text: String) -> Bool {
        switch self {
        case .text: !text.isEmpty
        case .decimal: Decimal4(text) != nil
        case .percentage: Percentage(text) != nil
        case .money: Money(text) != nil
        case .time: ZonedTime(text) != nil
        case .size: ByteSize(text) != nil
        case .source, .unitFile: isRelative(text)
        case .target: isTarget(text)
        case .address: isAddress(text)
        case .host: isHost(text)
        case .zone: ZonedTime.isZone(text)
        case .interval: Duration(interval: text) != nil
        case .name: isName(text)
        case .part: text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isName)
        case .brokerAccount: isBrokerAccount(text)
        case .sha256: text.utf8.count == 64 && text.utf8.allSatisfy(isHexadecimal)
        case .bool, .integer, .word, .duration, .mode, .path, .folder, .managedPath, .account,
            .unit:
            false
        }
    }
}

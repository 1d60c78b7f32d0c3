import UnitFile

/// A time setting as found in a unit file.
enum TimeSetting: Hashable {
    case left
    case endless
    case of(Duration)
}

extension UnitText {
    func truth(_ section: String, _ key: String) throws(UnitFault) -> Bool? {
        guard let text = value(section, key), !text.isEmpty else { return nil }
        switch text.lowercased() {
        case "1", "yes", "y", "true", "t", "on": return true
        case "0", "no", "n", "false", "f", "off": return false
        default: throw UnitFault("\(key)=\(text) is neither yes nor no")
        }
    }

    func span(_ section: String, _ key: String) throws(UnitFault) -> TimeSetting {
        guard let text = value(section, key), !text.isEmpty else { return .left }
        if text == "infinity" { return .endless }
        return .of(try Self.duration(text, key))
    }

    func spans(_ section: String, _ key: String) throws(UnitFault) -> [Duration] {
        var spans: [Duration] = []
        for text in values(section, key) { spans.append(try Self.duration(text, key)) }
        return spans
    }

    /// Reads a time-out, where nothing and endless are the same: no limit.
    func readTimeout(
        _ section: String, _ key: String, into timeout: inout Duration?
    ) throws(UnitFault) {
        switch try span(section, key) {
        case .left: break
        case .endless: timeout = nil
        case .of(let limit): timeout = limit == .zero ? nil : limit
        }
    }

    /// The words of a setting that is split as a command line is.
    static func words(_ text: String, _ key: String) throws(UnitFault) -> [String] {
        do throws(UnitFileError) {
            return try ExecCommand.parse(":/words " + text).arguments
        } catch {
            throw UnitFault("\(key)=\(text): \(error)")
        }
    }

    private static func duration(_ text: String, _ key: String) throws(UnitFault) -> Duration {
        guard let duration = timeSpan(text) else {
            throw UnitFault("\(key)=\(text) is no time span")
        }
        return duration
    }
}

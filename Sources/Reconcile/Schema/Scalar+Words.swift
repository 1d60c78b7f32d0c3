extension Scalar {
    /// What faults and documents call it: `a duration such as 30s, 5m, 2h or 1d`.
    package var wanted: String {
        switch self {
        case .text: "a text"
        case .bool: "true or false"
        case .integer(let range):
            "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .decimal: "a number with at most 4 decimals"
        case .word(let words): "one of \(words.joined(separator: ", "))"
        case .duration: "a duration such as 30s, 5m, 2h or 1d"
        case .percentage: "a percentage such as 2% or 0.5%"
        case .money: "an amount such as 1000 USD"
        case .time: "a time with its zone such as 17:00 America/New_York"
        case .size: "a size such as 512B, 64MiB or 1GiB"
        case .mode: "a mode such as \"0640\""
        case .path: "an absolute path"
        case .folder: "the absolute path of a folder"
        case .managedPath: "an absolute path below one of the roots"
        case .account: "the name of an account"
        case .unit: "the name of a unit"
        case .source: "a path below desired/, such as files/NAME"
        case .unitFile: "a path below systemd/, such as systemd/NAME.service"
        case .target: "where a link leads"
        case .address: "an address such as 127.0.0.1:8501"
        case .host: "the name or number of a host"
        case .zone: "a time zone such as America/New_York"
        case .interval: "a duration such as 100ms, 1s or 5m"
        case .name: "a name of letters, digits, - and _"
        case .part: "a part of desired state such as config.ib"
        case .brokerAccount: "an account such as DU1234567"
        case .sha256: "64 hexadecimal digits"
        }
    }
}

import YAML

/// The variables by which a host may override single values, from its own file alone.
///
/// Whoever runs the command cannot: the caller's environment is never read for this.
package enum HostVariables {
    /// Below the root; design, section 5.
    package static let path = "/etc/v6-reconcile/environment"
    /// Longest file, in bytes.
    package static let bytesMax = 64 << 10

    /// What a variable may do to the value that it stands for.
    package enum Direction: String, Hashable, Sendable {
        /// It raises no risk, whatever it says.
        case any
        /// It may say `true`, and nothing else.
        case trueOnly
        /// It may say the same or less.
        case lower
        /// It may say the same or a later one of the words that may stand there.
        case later

        /// For the table that operators see.
        package var words: String {
            switch self {
            case .any: "anything that may stand there"
            case .trueOnly: "true alone"
            case .lower: "the same or less"
            case .later: "the same or stricter"
            }
        }
    }

    /// One variable.
    package struct Row: Hashable, Sendable {
        /// As it is written: `V6_LOG_LEVEL`.
        package let name: String
        /// Where the value stands that it overrides.
        package let path: [String]
        package let direction: Direction

        /// The same, as it is written: `config.logging.level`.
        package var place: String { path.joined(separator: ".") }

        init(_ name: String, _ path: String, _ direction: Direction) {
            self.name = name
            self.path = path.split(separator: ".").map(String.init)
            self.direction = direction
        }
    }

    /// All there are; what is not here cannot be overridden.
    package static let table: [Row] = [
        Row("V6_DRY_RUN", "dry_run", .trueOnly),
        Row("V6_TRADING_STATE", "trading.state", .later),
        Row("V6_IB_HOST", "config.ib.host", .any),
        Row("V6_IB_PORT", "config.ib.port", .any),
        Row("V6_LOG_LEVEL", "config.logging.level", .any),
        Row("V6_LOG_FILE", "config.logging.file", .any),
        Row("V6_LOG_SIZE_MAX", "config.logging.size_max", .any),
        Row("V6_LOG_FILES_MAX", "config.logging.files_max", .any),
        Row("V6_MONITORING_ENABLED", "config.monitoring.enabled", .trueOnly),
        Row("V6_DASHBOARD", "config.monitoring.dashboard", .any),
        Row("V6_HEALTH_CHECK_INTERVAL", "config.health_check.interval", .lower),
        Row("V6_BACKUP_ENABLED", "backup.enabled", .trueOnly),
        Row("V6_BACKUP_FOLDER", "backup.folder", .any),
        Row("V6_POSITIONS_MAX", "limits.positions_max", .lower),
        Row("V6_ORDER_QUANTITY_MAX", "limits.order_quantity_max", .lower),
        Row("V6_ORDERS_PER_DAY_MAX", "limits.orders_per_day_max", .lower),
        Row("V6_DAILY_LOSS_MAX", "limits.daily_loss_max", .lower),
        Row("V6_DELTA_MAX", "limits.portfolio.delta_max", .lower),
        Row("V6_GAMMA_MAX", "limits.portfolio.gamma_max", .lower),
    ]

    /// A line of the file.
    struct Setting {
        let row: Row
        let text: String
        let mark: YAMLMark
    }

    /// Reads `NAME=VALUE` lines; empty ones and those that begin with `#` say nothing.
    static func read(_ source: YAMLSource, _ faults: inout [YAMLFault]) -> [Setting] {
        var settings: [Setting] = []
        var number = 0
        guard source.bytes.count <= bytesMax else {
            faults.append(
                YAMLFault(
                    mark: YAMLMark(document: source.name, line: 1, column: 1),
                    problem: "larger than \(bytesMax >> 10) KiB"))
            return []
        }
        let lines = source.bytes.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in lines {
            number += 1
            let mark = YAMLMark(document: source.name, line: number, column: 1)
            let text = String(decoding: line, as: UTF8.self)
            if text.isEmpty || text.hasPrefix("#") { continue }
            guard let setting = setting(text, mark, &faults) else { continue }
            if let first = settings.first(where: { $0.row == setting.row }) {
                faults.append(
                    YAMLFault(
                        mark: mark,
                        problem: "\(setting.row.name) stands already in line \(first.mark.line)",
                        suggestion: "remove one of the two"))
            }
            settings.append(setting)
        }
        return settings
    }

    private static func setting(
        _ line: String, _ mark: YAMLMark, _ faults: inout [YAMLFault]
    ) -> Setting? {
        guard let equals = line.firstIndex(of: "="), equals != line.startIndex else {
            faults.append(
                YAMLFault(mark: mark, problem: "no variable", suggestion: "write NAME=VALUE"))
            return nil
        }
        let name = String(line[..<equals])
        guard let row = table.first(where: { $0.name == name }) else {
            faults.append(
                YAMLFault(
                    mark: mark, problem: "unknown variable '\(name)'",
                    suggestion: didYouMean(name, among: table.map(\.name))
                        ?? "v6-reconcile validate --variables shows all"))
            return nil
        }
        let text = String(line[line.index(after: equals)...])
        guard !YAMLScalar(text: text, isPlain: true).isNull else {
            faults.append(
                YAMLFault(
                    mark: mark, problem: "\(name) has no value", suggestion: "remove the line"))
            return nil
        }
        return Setting(row: row, text: text, mark: mark)
    }
}

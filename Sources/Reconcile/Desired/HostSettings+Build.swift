import Facts
import YAML

extension HostSettings {
    /// What the host gives to a build of a release, where desired state has it built here.
    package struct Build: Hashable, Sendable {
        /// A turn has 30 minutes for all: what is left has to do for the window and a way back.
        package static let deadlineMax: Duration = .seconds(25 * 60)

        /// Absolute path of the swift program; nil looks in the usual places.
        package var swift: String?
        /// A build that takes longer is ended.
        package var deadline: Duration = .seconds(20 * 60)
        /// In bytes.
        package var memoryMax = 4 << 30

        package init() {}
    }

    static func build(_ node: YAMLNode?, _ faults: inout [YAMLFault]) -> Build {
        var build = Build()
        guard let node else { return build }
        let fields = Fields(
            node, known: buildTable.map(\.key), place: "build", &faults)
        func value<Value>(
            _ key: String, _ wanted: String, _ read: (String) -> Value?
        ) -> Value? {
            guard let text = fields.text(key, "build", &faults), let node = fields.node(key) else {
                return nil
            }
            if let value = read(text) { return value }
            faults.append(
                YAMLFault(
                    mark: node.mark, problem: "build.\(key) is '\(text)', not \(wanted)",
                    suggestion: nil))
            return nil
        }
        build.swift = value("swift", "an absolute path") { isPath($0) ? $0 : nil }
        build.deadline =
            value("deadline", "a time from 1s to 25m") { text in
                Duration(desired: text).flatMap {
                    $0 >= .seconds(1) && $0 <= Build.deadlineMax ? $0 : nil
                }
            } ?? build.deadline
        build.memoryMax =
            value("memory", "a size: 512MiB, 4GiB") { ByteSize($0).map { Int($0.bytes) } }
            ?? build.memoryMax
        return build
    }

    private static func isPath(_ text: String) -> Bool {
        do throws(BadPath) {
            _ = try HostPath(text)
            return true
        } catch {
            return false
        }
    }
}

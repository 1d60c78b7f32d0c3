/// What is told of a long build: its newest line, now and then.
package struct BuildProgress: Sendable {
    /// Between two lines that are told.
    package static let pause: Duration = .seconds(10)
    /// Longest line that is told, in characters.
    package static let lineMax = 120
    /// How many of the last lines are kept, to say why a build failed.
    package static let linesKept = 20

    /// The last lines, oldest first.
    package private(set) var lines: [String] = []
    private var rest: [UInt8] = []
    private var toldAt: Duration?
    private let folder: String

    /// `folder`: where the sources lie; lines are told without it.
    package init(below folder: String = "") { self.folder = folder }

    /// Takes what the build printed, at a time since it began.
    ///
    /// - Returns: the line to tell now; nil when one was told shortly before, or none is new.
    package mutating func handle(_ bytes: some Sequence<UInt8>, at time: Duration) -> String? {
        var isNew = false
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                if rest.count < 4 * Self.lineMax { rest.append(byte) }
                continue
            }
            isNew = keep() || isNew
        }
        guard isNew, toldAt.map({ time - $0 >= Self.pause }) ?? true else { return nil }
        toldAt = time
        return lines.last
    }

    /// - Returns: whether there was a line with anything in it.
    private mutating func keep() -> Bool {
        var line = String(decoding: rest, as: UTF8.self).filter { !$0.isNewline && $0 >= " " }
        rest = []
        if !folder.isEmpty { line = line.replacing(folder + "/", with: "") }
        guard line.contains(where: { $0 != " " }) else { return false }
        if lines.count == Self.linesKept { lines.removeFirst() }
        lines.append(String(line.prefix(Self.lineMax)))
        return true
    }

    /// Why a build failed, as far as its last lines tell.
    package var reason: String? {
        lines.first { $0.contains("error:") } ?? lines.last
    }
}

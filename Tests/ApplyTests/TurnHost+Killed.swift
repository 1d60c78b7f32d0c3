import Apply
import Facts
import Glibc
import Machine
import Services
import Synchronization
import TestKit
import Testing

extension TurnHost {
    /// Where a turn is killed.
    enum Moment: Equatable {
        /// Before this is done to this unit.
        case before(UnitAction, String)
        /// In the window.
        case window
    }

    /// Makes a turn and then gives the host back as it was at a moment of it, as if the turn had
    /// been killed there.
    func turnKilled(at moment: Moment, _ work: TurnWork = .converge) throws {
        let kept = KeptHost(self)
        switch moment {
        case .before(let action, let unit):
            units.onAction.withLock {
                $0 = { if $0 == action, $1.text == unit { kept.keep() } }
            }
        case .window:
            clock.onWait.withLock { $0 = { kept.keep() } }
        }
        _ = turn(work)
        units.onAction.withLock { $0 = nil }
        clock.onWait.withLock { $0 = nil }
        try #require(kept.isKept, "the turn never came to \(moment)")
        kept.giveBack()
    }
}

/// A host as it was at one moment: its files, and what its units do.
private final class KeptHost: Sendable {
    private let folder: String
    private let units: FakeUnits
    private let states = Mutex<[UnitName: FakeUnits.Unit]?>(nil)

    init(_ host: TurnHost) {
        folder = host.scratch.path
        units = host.units
    }

    var isKept: Bool { states.withLock { $0 != nil } }

    /// The first time counts.
    func keep() {
        guard !isKept else { return }
        states.withLock { $0 = units.all }
        copy("rm -rf '\(folder).kept' && cp -a '\(folder)' '\(folder).kept'")
    }

    func giveBack() {
        units.all = states.withLock { $0 } ?? [:]
        // The folder itself stays: it is held open.
        copy(
            "find '\(folder)' -mindepth 1 -delete && cp -a '\(folder).kept/.' '\(folder)'"
                + " && rm -rf '\(folder).kept'")
    }

    private func copy(_ script: String) {
        precondition(system(script) == 0, script)
    }
}

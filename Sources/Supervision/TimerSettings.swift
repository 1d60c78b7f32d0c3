package import Facts
import UnitFile

/// The settings of a timer that the supervisor honours.
///
/// `OnCalendar=` is kept but not honoured: such a timer waits for ever.
package struct TimerSettings: Hashable, Sendable {
    /// After the timer itself was started.
    package var afterStart: [Duration] = []
    /// After the supervisor was started; it stands for the boot.
    package var afterBoot: [Duration] = []
    /// After its service was last started.
    package var afterServiceStart: [Duration] = []
    /// After its service last ended.
    package var afterServiceEnd: [Duration] = []
    /// As written.
    package var calendars: [String] = []
    /// What it starts.
    package var service: UnitName

    static let honoured: Set<String> = [
        "OnActiveSec", "OnBootSec", "OnStartupSec", "OnUnitActiveSec", "OnUnitInactiveSec", "Unit",
        // Without effect where nothing is delayed and no calendar is honoured.
        "AccuracySec", "RandomizedDelaySec", "Persistent",
    ]

    /// - Throws: `UnitFault` for what systemd would refuse.
    init(_ file: UnitText, of timer: UnitName) throws(UnitFault) {
        let name = file.value("Timer", "Unit") ?? "\(timer.stem).service"
        guard let service = UnitName(name) else { throw UnitFault("Unit=\(name) is no unit name") }
        guard service.kind == .service else { throw UnitFault("Unit=\(name) is no service") }
        self.service = service
        afterStart = try file.spans("Timer", "OnActiveSec")
        afterBoot = try file.spans("Timer", "OnBootSec") + file.spans("Timer", "OnStartupSec")
        afterServiceStart = try file.spans("Timer", "OnUnitActiveSec")
        afterServiceEnd = try file.spans("Timer", "OnUnitInactiveSec")
        calendars = file.values("Timer", "OnCalendar")
        let all = [afterStart, afterBoot, afterServiceStart, afterServiceEnd]
        guard !calendars.isEmpty || all.contains(where: { !$0.isEmpty }) else {
            throw UnitFault("[Timer] says no time")
        }
    }
}

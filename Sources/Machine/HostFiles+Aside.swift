import CLinux
package import Facts
import Glibc

extension HostFiles {
    /// Gives what is at a path another name beside it; nothing there, nothing to do.
    ///
    /// A name that is taken is an error: nothing is ever written over.
    package func displace(_ path: HostPath, to spare: HostPath) throws(MachineError) {
        let parent = try openParent(of: path, "move aside")
        let folder = parent.number
        do throws(MachineError) {
            try checked("move aside", outside(path)) {
                Int(
                    v6_renameat2(
                        folder, String(path.name), folder, String(spare.name),
                        UInt32(v6_RENAME_NOREPLACE)))
            }
        } catch {
            if error.isAbsence { return }
            throw error
        }
        try checked("sync", outside(path)) { Int(fsync(folder)) }
    }

    /// Gives a file a second name beside it; a link is kept as a link.
    package func keepBeside(_ path: HostPath, as spare: HostPath) throws(MachineError) {
        let parent = try openParent(of: path, "keep")
        let folder = parent.number
        try checked("keep", outside(path)) {
            Int(linkat(folder, String(path.name), folder, String(spare.name), 0))
        }
        try checked("sync", outside(path)) { Int(fsync(folder)) }
    }

    /// Gives what was displaced its own name again; a file at that name is replaced.
    package func bringBack(_ path: HostPath, from spare: HostPath) throws(MachineError) {
        let parent = try openParent(of: path, "put back")
        let folder = parent.number
        try checked("put back", outside(path)) {
            Int(renameat(folder, String(spare.name), folder, String(path.name)))
        }
        // Two names of the same file are left as they are by rename(2).
        unlinkat(folder, String(spare.name), 0)
        try checked("sync", outside(path)) { Int(fsync(folder)) }
    }

    /// A name beside a path that nothing has, to keep under it what is there; nil when there is
    /// none left.
    package func spareName(beside path: HostPath) throws(MachineError) -> HostPath? {
        let folder = try open(
            relative: path.parent?.relative ?? ".", v6_O_PATH | O_DIRECTORY, "look at",
            outside(path))
        let number = folder.number
        for attempt in 1...Self.spareNamesMax {
            let spare = path.spare(attempt)
            var found = v6_found()
            do throws(MachineError) {
                try checked("look at", spare.text) {
                    Int(v6_look(number, String(spare.name), &found))
                }
            } catch {
                if error.isAbsence { return spare }
                throw error
            }
        }
        return nil
    }

    /// Things kept beside one path; with more of them somebody has to look.
    private static let spareNamesMax = 100
}

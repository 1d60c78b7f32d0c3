import Facts
import Machine
import Reconcile

extension Places {
    /// Looks for what lies in whole trees and was not looked at; comes after all other looks.
    ///
    /// As long as a folder holds as much as was found in it, that is one count for a folder.
    mutating func lookForStrangers(in desired: Desired) {
        var above: Set<HostPath>?
        for (tree, folders) in desired.trees {
            var strangers = Strangers()
            for folder in folders where mayHoldStrangers(folder) {
                if above == nil { above = desired.foldersAbove }
                add(to: &strangers, in: folder, above ?? [])
            }
            if strangers.count > 0 { self.strangers[tree] = strangers }
        }
    }

    private func mayHoldStrangers(_ folder: HostPath) -> Bool {
        guard found[folder]?.value?.kind == .directory else { return false }
        // What was moved was looked at more than once.
        if !moved.isEmpty { return true }
        do throws(MachineError) {
            return try look.hasMore(in: folder)
        } catch {
            return false
        }
    }

    /// `above`: folders that are needed, though nobody looked at them.
    private func add(to strangers: inout Strangers, in folder: HostPath, _ above: Set<HostPath>) {
        var paths: [HostPath] = []
        for name in look.names(in: present(folder)).value ?? [] {
            do throws(BadPath) {
                let path = try folder.appending(name)
                if found[path] == nil, !above.contains(path) { paths.append(path) }
            } catch {
                strangers.count += 1
            }
        }
        strangers.add(paths)
    }
}

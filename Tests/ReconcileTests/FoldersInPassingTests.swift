import Facts
import Testing

@testable import Reconcile

/// Folders that no commit names, made because something in them is wanted.
struct FoldersInPassingTests {
    private let folder = hostPath("/srv/deep")

    private func desired(folder mode: Int?) -> Desired {
        var desired = Scene.small()
        desired.files[hostPath("/srv/deep/file")] = DesiredFile(
            source: Scene.source("desired/files/README", "read me"), ownership: Scene.root)
        if let mode {
            desired.directories[folder] = Ownership(
                owner: "root", group: "root", mode: FileMode(bits: UInt16(mode)))
        }
        return desired
    }

    @Test func folderThatACommitWantedOtherwiseHasItsModeBackWithoutIt() {
        var turns = ModelTurns()
        turns.converge(to: desired(folder: 0o700))
        let without = desired(folder: nil)
        turns.host.learn(without)
        let steps = plan(
            desired: without, observed: turns.observe(without), live: turns.live
        ).steps
        #expect(steps == [.setOwnership(folder, Scene.folder)])
        turns.converge(to: without)
        let observed = turns.observe(without)
        #expect(plan(desired: without, observed: observed, live: turns.live).isEmpty)
    }
}

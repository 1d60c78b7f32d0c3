import Facts
import Machine
import TestKit
import Testing

@Suite struct KernelLockTests {
    @Test func lockIsHadOnceAndFallsWithItsHolder() throws {
        let scratch = ScratchFolder()
        let files = try HostFiles(root: scratch.path, honoursOwners: false)
        let path = try HostPath("/lock")
        do {
            let first = try KernelLock.take(path, in: files)
            #expect(first != nil)
            let second = try KernelLock.take(path, in: files)
            withExtendedLifetime(first) { #expect(second == nil) }
        }
        #expect(try KernelLock.take(path, in: files) != nil, "the file is still there")
    }

    @Test func noChildInheritsTheLock() throws {
        let scratch = ScratchFolder()
        let files = try HostFiles(root: scratch.path, honoursOwners: false)
        let path = try HostPath("/lock")
        let lock = try KernelLock.take(path, in: files)
        let during = try withExtendedLifetime(lock) {
            try SpawnedCommands().run(Command("/bin/ls", ["-l", "/proc/self/fd"]))
        }
        #expect(during.succeeded)
        #expect(!during.outputText.contains(scratch.path))
    }
}

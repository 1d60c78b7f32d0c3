import Facts
import Glibc
import Machine
import Testing

@Suite struct HostGaugesTests {
    @Test func kernelSaysHowFullDiskAndMemoryAre() throws {
        let disk = try RealGauges().diskUse(of: "/")
        #expect(disk.bytesUsed > 0)
        #expect(disk.bytesUsed <= disk.bytesTotal)
        let memory = try RealGauges().memoryUse()
        #expect(memory.totalKiB > 0)
    }

    @Test func folderThatIsNotThereIsAnError() {
        #expect(throws: MachineError("ask how full is", "/no/such", .errno(2))) {
            try RealGauges().diskUse(of: "/no/such")
        }
    }

    @Test func answerComesBack() throws {
        let asked = try Asked { 42 }
        #expect(asked.answer(by: .now + .seconds(30)) == 42)
        #expect(asked.answer(by: .now) == 42)
    }

    @Test func questionThatHangsIsGivenUpAtItsDeadline() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let silent = ends[0]
        let asked = try Asked {
            var byte: UInt8 = 0
            return read(silent, &byte, 1)
        }
        #expect(asked.answer(by: .now + .milliseconds(20)) == nil)
        // Its thread still waits, and is answered after all.
        var byte: UInt8 = 1
        #expect(write(ends[1], &byte, 1) == 1)
        #expect(asked.answer(by: .now + .seconds(30)) == 1)
        close(ends[0])
        close(ends[1])
    }
}

import Machine
import Testing

@testable import mutate

private func ended(_ status: Int32, _ text: String) -> TestEnd {
    TestEnd(of: CommandResult(ending: .exited(status), output: Array(text.utf8)))
}

@Test func onlyATestThatRanAndFailedCountsAsFailed() {
    let passed = "✔ Test run with 1 test in 0 suites passed after 0.001 seconds.\n"
    let failed = "✘ Test run with 1 test in 2 suites failed after 0.1 seconds with 3 issues.\n"
    #expect(ended(0, passed) == .passed)
    #expect(ended(1, failed) == .failed)
    let none = passed.replacing("1 test", with: "0 tests")
    #expect(ended(0, none) == .unanswered("no test has this name"))
    #expect(ended(1, none) == .unanswered("no test has this name"))
    let two = failed.replacing("1 test", with: "2 tests")
    #expect(ended(1, two) == .unanswered("2 tests have this name"))
    let crash = "error: Exited with unexpected signal code 5\n"
    #expect(ended(1, crash) == .unanswered("the tests crashed: \(crash.dropLast())"))
    let hung = CommandResult(ending: .hung, output: Array(failed.utf8))
    #expect(TestEnd(of: hung) == .unanswered("it did not end in time"))
    #expect(ended(0, failed) != .failed)
    #expect(ended(1, passed) != .passed)
}

@Test func aPatchSaysWhatItTakesOutAndWhichTestNotices() throws {
    let head = "# what it takes out: the lock: all of it\n# killed by: A.B/c\n"
    let mutation = try Mutation(name: "no-lock", patch: head + "--- a/x\n+++ b/x\n")
    #expect(mutation.takesOut == "the lock: all of it")
    #expect(mutation.killer.filter == "^A\\.B/c\\(")
    for line in head.split(separator: "\n") {
        #expect(throws: BadMutation.self) {
            try Mutation(name: "less", patch: "\(line)\n--- a/x\n\(head)")
        }
    }
    #expect(TestName("no target") == nil)
    #expect(TestName("A.") == nil)
}

@Test func theSameSeedChoosesTheSameAndFastOnesFirst() throws {
    let all = try (0..<20).map { number in
        let test = number % 2 == 0 ? "FactsTests.a" : "HostTests.HostTests/a"
        let head = "# what it takes out: \(number)\n# killed by: \(test)\n"
        return try Mutation(name: "\(number)", patch: head)
    }
    let three = sample(3, of: all, seed: "one")
    #expect(three == sample(3, of: all, seed: "one"))
    #expect(sample(10, of: all, seed: "one") != sample(10, of: all, seed: "two"))
    #expect(sample(10, of: all, seed: "one").allSatisfy { $0.killer.isFast })
    #expect(Set(sample(99, of: all, seed: "one")) == Set(all))
}

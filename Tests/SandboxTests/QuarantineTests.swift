import JSON
import Machine
import SandboxKit
import TestKit
import Testing

/// Content that failed: shown, and taken out by its first digits.
struct QuarantineTests {
    @Test func quarantineIsShownAndClearedByTheFirstDigits() throws {
        try Sandbox.healthy { box in
            try box.addUnit("bad.service", running: "/bin/false")
            try box.push("bad")
            #expect(try box.turn().ending == .exited(4))
            let entries = try JSONValue.parse(try box.reconcile(["quarantine", "--json"]).output)
            let content = try #require(entries.asArray?.first?["content"]?.asString)
            let list = try box.reconcile(["quarantine", "list"]).outputText
            #expect(list.hasPrefix("\(content.prefix(7))  \(try box.tip())  bad.service failed"))
            let clear = ["quarantine", "clear"]
            #expect(try box.reconcile(clear).ending == .exited(64))
            #expect(try box.reconcile(["quarantine", "forget"]).ending == .exited(64))
            let none = try box.reconcile(clear + ["wxyz"])
            #expect(none.ending == .exited(1))
            #expect(none.errorText == "error: nothing in quarantine begins with 'wxyz'\n")
            let short = try box.reconcile(clear + [String(content.prefix(3))])
            #expect(short.ending == .exited(64))
            #expect(short.errorText.contains("give at least 4 digits"))
            #expect(try box.reconcile(clear + [""]).ending == .exited(64))
            #expect(try box.reconcile(clear + [String(content.prefix(7))]).ending == .exited(0))
            #expect(try box.turn(["--plan"]).ending == .exited(2))
            #expect(try box.turn().ending == .exited(4), "it is tried again, and is as bad")
            let commit = try box.shell("git rev-parse HEAD").split(separator: "\n")[0]
            for whole in [content, String(commit)] {
                let other = String(whole.dropLast()) + (whole.hasSuffix("0") ? "1" : "0")
                if whole == content {
                    #expect(try box.reconcile(clear + [other]).ending == .exited(1))
                }
                #expect(try box.reconcile(clear + [whole]).ending == .exited(0), "\(whole)")
                #expect(try box.turn().ending == .exited(4))
            }
            #expect(try box.reconcile(clear + ["all"]).outputText.hasPrefix("Cleared 1. "))
            let again = try box.reconcile(clear + ["all"])
            #expect(again.outputText == "Nothing is quarantined.\n")
        }
    }
}

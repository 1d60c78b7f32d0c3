import Testing
import UnitFile

private let base = """
    [Unit]
    Description=Trading
    After=network.target
    [Service]
    ExecStart=/opt/v6/bin/a
    Environment=A=1
    [Install]
    WantedBy=multi-user.target

    """

private func effect(_ edit: (String) -> String) throws -> UnitChange {
    let old = try UnitText.parse(Array(base.utf8), name: "old")
    let new = try UnitText.parse(Array(edit(base).utf8), name: "new")
    let answer = change(from: old, to: new)
    #expect(answer == change(from: new, to: old))
    return answer
}

@Test func spacingCommentsAndOrderOfKeysMeanNothing() throws {
    #expect(try effect { $0 } == .none)
    #expect(try effect { "# new\n" + $0.replacing("=network", with: " = network") } == .none)
    #expect(
        try effect {
            $0.replacing("ExecStart=/opt/v6/bin/a\n", with: "")
                .replacing("[Install]", with: "ExecStart=/opt/v6/bin/a\n[Install]")
        } == .none)
}

@Test(arguments: [
    "Documentation=man:x", "OnFailure=b.service", "OnSuccess=b.service", "OnFailureJobMode=fail",
    "IgnoreOnIsolate=true", "StopWhenUnneeded=true", "RefuseManualStart=true",
    "RefuseManualStop=true", "AllowIsolate=true", "CollectMode=inactive", "SourcePath=/x",
])
func keysThatMeanNothingToWhatRunsAskForNothing(_ line: String) throws {
    #expect(try effect { $0.replacing("[Unit]\n", with: "[Unit]\n\(line)\n") } == .none)
    #expect(try effect { $0.replacing("[Service]\n", with: "[Service]\n\(line)\n") } == .matters)
}

@Test func aDescriptionOrAWayToEnableMeansNothingToWhatRuns() throws {
    #expect(try effect { $0.replacing("Trading", with: "Orders") } == .none)
    #expect(try effect { $0.replacing("multi-user", with: "v6") } == .none)
}

@Test func reloadTriggersAskForAReloadUnlessMoreHasChanged() throws {
    let triggered = { (text: String) in
        text.replacing("[Unit]\n", with: "[Unit]\nX-Reload-Triggers=abc\n")
    }
    #expect(try effect(triggered) == .reloadOnly)
    #expect(try effect { triggered($0).replacing("A=1", with: "A=2") } == .matters)
}

@Test(arguments: [
    ("bin/a", "bin/b"), ("After=network.target", "After=x.target"), ("A=1", "A=1\nRestart=always"),
    ("Environment=A=1\n", ""), ("Environment=A=1", "Environment=A=1\nEnvironment=A=1"),
    ("[Install]", "[Timer]\nOnBootSec=1\n[Install]"), ("[Unit]", "[Unit]\nX-Restart-Triggers=a"),
    ("A=1", "A=1\nEnvironment="),
])
func anyOtherChangeMatters(_ old: String, _ new: String) throws {
    #expect(try effect { $0.replacing(old, with: new) } == .matters)
}

@Test func theOrderOfValuesOfOneKeyMatters() throws {
    let one = try UnitText.parse(Array("[Service]\nExecStart=a\nExecStart=b".utf8), name: "n")
    let two = try UnitText.parse(Array("[Service]\nExecStart=b\nExecStart=a".utf8), name: "n")
    #expect(change(from: one, to: two) == .matters)
}

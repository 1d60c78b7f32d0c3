import Testing
import UnitFile

private func text(_ text: String) throws -> UnitText {
    try UnitText.parse(Array(text.utf8), name: "x.service")
}

@Test func dropInsAreReadBehindTheFile() throws {
    let file = try text("[Service]\nExecStart=/bin/a\nUser=a\n")
    let merged = file.merging([
        try text("[Service]\nExecStart=\nExecStart=/bin/b\n"),
        try text("[Unit]\nAfter=b.service\n"),
    ])
    #expect(merged.values("Service", "ExecStart") == ["/bin/b"])
    #expect(merged.value("Service", "User") == "a")
    #expect(merged.values("Unit", "After") == ["b.service"])
    #expect(UnitMeaning(merged) != UnitMeaning(file))
}

@Test func enablingFoldersAreWhatInstallNames() throws {
    let file = try text(
        "[Install]\nWantedBy=a.target b.target\nRequiredBy=c.target\nUpheldBy=d.target\n")
    #expect(
        file.enablingFolders == [
            "a.target.wants", "b.target.wants", "c.target.requires", "d.target.upholds",
        ])
    #expect(try text("[Install]\nWantedBy=a.target\nWantedBy=\n").enablingFolders == [])
    #expect(try text("[Install]\nWantedBy=%i.target\n").enablingFolders == nil)
    #expect(try text("[Install]\nAlso=a.socket\n").enablesMore)
}

@Test func wordsAreEqualWhereTheMeaningIs() throws {
    let one = try text("# one\n[Unit]\nDescription=one\n[Service]\nUser=a\nExecStart=/bin/a\n")
    let two = try text("[Service]\nExecStart=/bin/a\nUser = a\n[Unit]\nDescription=two\n")
    #expect(UnitMeaning(one).words == UnitMeaning(two).words)
    #expect(UnitMeaning(one).words == ["[Service]", "ExecStart=/bin/a", "User=a"])
}

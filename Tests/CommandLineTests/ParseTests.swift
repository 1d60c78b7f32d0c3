import CommandLine
import Testing

private func told(_ arguments: [String], _ table: ProgramTable = table) -> String? {
    do throws(UsageError) {
        _ = try table.parse(arguments)
        return nil
    } catch {
        return error.problem + (error.suggestion.map { "; \($0)" } ?? "")
    }
}

@Test func noArgumentsAreTheCallWithoutAVerb() throws {
    #expect(try table.parse([]) == ParsedCommand())
}

@Test func flagsValuesVerbAndOperandsAreTold() throws {
    let command = try table.parse(["--root", "/x", "rollback", "--json", "--reason=a=b", "4f2c1aa"])
    #expect(command.verb == "rollback")
    #expect(command.flags == ["json"])
    #expect(command.value("root") == "/x")
    #expect(command.value("reason") == "a=b")
    #expect(command.operands == ["4f2c1aa"])
    #expect(command.has("root") && command.has("json") && !command.has("plan"))
    #expect(command.value("json") == nil)
}

@Test func theSameNameMayBeAFlagHereAndAValueThere() throws {
    #expect(try table.parse(["--plan"]).flags == ["plan"])
    #expect(try table.parse(["arm", "--plan", "f"]).values == ["plan": ["f"]])
    #expect(
        told(["--plan", "arm"]) == "'--plan' stands before 'arm'; write it behind 'arm'")
}

@Test func aRepeatableOptionKeepsAllItsValues() throws {
    let command = try table.parse(["--override-gate", "a", "--override-gate=b"])
    #expect(command.values["override-gate"] == ["a", "b"])
    #expect(told(["--json", "--json"]) == "'--json' stands twice")
    #expect(told(["--root", "a", "status", "--root=b"]) == "'--root' stands twice")
}

@Test func twoDashesEndTheOptions() throws {
    #expect(try table.parse(["rollback", "--", "--json"]).operands == ["--json"])
    #expect(try plainTable.parse(["-", "--", "--", "-x"]).operands == ["-", "--", "-x"])
}

@Test func hiddenOptionsAndVerbsAreTaken() throws {
    #expect(try table.parse(["--secret"]).has("secret"))
    #expect(try table.parse(["inner"]).verb == "inner")
}

@Test(arguments: [
    (["--jsn"], "unknown option '--jsn'; did you mean '--json'?"),
    (["status", "--jsno"], "unknown option '--jsno'; did you mean '--json'?"),
    (["--secrte"], "unknown option '--secrte'"),
    (["-j"], "unknown option '-j'"),
    (["--"], nil),
    (["staus"], "unknown verb 'staus'; did you mean 'status'?"),
    (["explode"], "unknown verb 'explode'"),
    (["--json=1"], "'--json' takes no value"),
    (["--root"], "'--root' needs DIR; a value that begins with '-' is joined by '='"),
    (["--root="], "'--root' needs DIR; a value that begins with '-' is joined by '='"),
    (["--root", "--json"], "'--root' needs DIR; a value that begins with '-' is joined by '='"),
    (["status", "x"], "unexpected operand 'x'"),
    (["rollback", "a", "b"], "unexpected operand 'b'"),
    (["restart"], "needs UNIT"),
    (["status", "--plan"], "'--plan' does not belong here; it stands without a verb"),
    (["status", "--reason", "x"], "'--reason' does not belong here; it stands behind 'rollback'"),
    (
        ["--reason=x", "rollback"],
        "'--reason' stands before 'rollback'; write it behind 'rollback'"
    ),
])
func whatTheTableDoesNotAllowIsToldWithAWayOut(_ arguments: [String], _ problem: String?) {
    #expect(told(arguments) == problem)
}

@Test func theErrorNamesTheCommandAndWhereHelpStands() {
    #expect(
        UsageError(command: "v6-demo restart", problem: "needs UNIT").description
            == "v6-demo restart: needs UNIT\nSee 'v6-demo restart --help'.")
    #expect(UsageError.exitCode == 64)
    #expect(throws: UsageError(command: "v6-demo restart", problem: "needs UNIT")) {
        try table.parse(["restart"])
    }
}

@Test(arguments: [
    (["--help"], nil), (["-h"], nil), (["help"], nil), (["help", "status"], "status"),
    (["status", "--help"], "status"), (["--root", "x", "arm", "-h"], "arm"),
    (["--nonsense", "--help"], nil), (["nonsense", "--help"], nil),
    (["restart", "--help"], "restart"),
])
func helpWinsOverEveryMistake(_ arguments: [String], _ verb: String?) throws {
    let command = try table.parse(arguments)
    #expect(command.wantsHelp)
    #expect(command.verb == verb)
}

@Test func helpBehindTwoDashesIsAnOperand() throws {
    let command = try table.parse(["rollback", "--", "--help"])
    #expect(!command.wantsHelp)
    #expect(command.operands == ["--help"])
}

@Test func aProgramWithoutVerbsTakesOperands() throws {
    #expect(try plainTable.parse(["a", "b"]).operands == ["a", "b"])
    #expect(try plainTable.parse(["a"]).verb == nil)
    #expect(told([], plainTable) == "needs FILE...")
    #expect(told(["a", "b", "c", "d"], plainTable) == "unexpected operand 'd'")
}

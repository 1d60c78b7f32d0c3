import Testing
import UnitFile

@Test(arguments: [
    ("/bin/a", "/bin/a", []), ("/bin/a  b\tc ", "/bin/a", ["b", "c"]),
    ("sh -c 'a  b'", "sh", ["-c", "a  b"]),
    ("/bin/a \"b 'c'\" 'd \"e\"'", "/bin/a", ["b 'c'", "d \"e\""]),
    ("/bin/a x'y z'w", "/bin/a", ["xy zw"]), ("/bin/a '' \"\"", "/bin/a", ["", ""]),
    (#"/bin/a \x41\101\u00e9\U0001f600\s\t\\\"\'"#, "/bin/a", ["AA\u{e9}\u{1f600} \t\\\"'"]),
    (#"/bin/a "b\"c" 'd\'e' f\ng"#, "/bin/a", ["b\"c", "d'e", "f\ng"]),
    (#"/bin/a \xc3\xa9"#, "/bin/a", ["é"]), ("'/bin/a b' c", "/bin/a b", ["c"]),
    (#"/bin/a \; b;c ";""#, "/bin/a", [";", "b;c", ";"]),
    (
        "/bin/a%% 100%% %i $$HOME ${X} $Y a$$$$b", "/bin/a%",
        ["100%", "%i", "$HOME", "${X}", "$Y", "a$$b"]
    ),
])
func aCommandIsCutIntoWords(_ text: String, _ program: String, _ arguments: [String]) throws {
    #expect(try ExecCommand.parse(text) == ExecCommand(program: program, arguments: arguments))
}

@Test func prefixesAreRead() throws {
    #expect(
        try ExecCommand.parse("-/bin/a b")
            == ExecCommand(program: "/bin/a", arguments: ["b"], ignoresFailure: true))
    #expect(try ExecCommand.parse("+!!/bin/a") == ExecCommand(program: "/bin/a"))
    #expect(
        try ExecCommand.parse(":/bin/a $$X %%")
            == ExecCommand(program: "/bin/a", arguments: ["$$X", "%"], keepsVariables: true))
    #expect(
        try ExecCommand.parse("@-/bin/a name b")
            == ExecCommand(
                program: "/bin/a", arguments: ["b"], ignoresFailure: true, calledAs: "name"))
}

@Test(arguments: [
    ("", "names no program"), ("-", "names no program"), ("''", "names no program"),
    ("bin/a", "the program 'bin/a' is a relative path"),
    ("/bin/a 'b", "the quote ' is not closed"), ("/bin/a \"b'", "the quote \" is not closed"),
    ("/bin/a b\\", "ends in a backslash"), (#"/bin/a \q"#, "unknown escape '\\q'"),
    (#"/bin/a \x4"#, "an escape is cut short, or stands for NUL"),
    (#"/bin/a \x00"#, "an escape is cut short, or stands for NUL"),
    (#"/bin/a \x+4"#, "an escape is cut short, or stands for NUL"),
    (#"/bin/a \ud800"#, "an escape stands for no character"),
    (#"/bin/a \xff"#, "an escape makes a word that is not UTF-8"),
    ("/bin/a b ; /bin/c", "holds several commands; write a line for each"),
])
func whatIsNoCommandIsRefused(_ text: String, _ problem: String) {
    #expect(throws: UnitFileError(problem: problem)) { try ExecCommand.parse(text) }
}

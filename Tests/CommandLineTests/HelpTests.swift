import CommandLine
import TestKit
import Testing

@Test func theHelpOfAProgramTeachesIt() {
    #expect(differenceFromKept(table.help(verb: nil), "program.txt") == nil)
}

@Test func theHelpOfAVerbTeachesIt() {
    #expect(differenceFromKept(table.help(verb: "rollback"), "verb.txt") == nil)
}

@Test func theHelpOfAProgramWithoutVerbsNamesNone() {
    #expect(differenceFromKept(plainTable.help(verb: nil), "plain.txt") == nil)
}

@Test func noLineOfAHelpIsWiderThanEightyColumns() {
    for verb in [nil, "status", "rollback", "restart", "arm", "inner"] {
        for line in table.help(verb: verb).split(separator: "\n") {
            #expect(line.count <= 80)
        }
    }
}

@Test func whatIsHiddenIsNotShown() {
    let help = table.help(verb: nil)
    #expect(!help.contains("secret") && !help.contains("inner"))
    #expect(table.help(verb: "nonsense") == help)
}

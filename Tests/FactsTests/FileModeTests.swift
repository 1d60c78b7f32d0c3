import Facts
import Testing

@Test(arguments: [("0640", 0o640), ("640", 0o640), ("0000", 0), ("7777", 0o7777), ("1777", 0o1777)])
func aModeIsReadFromOctalDigits(_ text: String, _ bits: Int) {
    #expect(FileMode(octal: text)?.bits == UInt16(bits))
}

@Test(arguments: [
    "", "0", "64", "00640", "0648", "0o640", "+640", "-640", "rw-r--r--", " 640", "640 ", "６４０",
])
func aTextThatIsNoModeIsRefused(_ text: String) {
    #expect(FileMode(octal: text) == nil)
}

@Test func aModeIsPrintedAsFourDigits() {
    #expect(FileMode(bits: 0).description == "0000")
    #expect(FileMode(bits: 0o644).description == "0644")
    #expect(FileMode(bits: 0o4755).description == "4755")
    #expect(FileMode(bits: 0o100_644).description == "0644")
}

@Test func onlyAPresentReadingHasAValue() {
    #expect(Reading.present(3).value == 3)
    #expect(Reading<Int>.absent.value == nil)
    #expect(Reading<Int>.unreadable(reason: "no permission").value == nil)
}

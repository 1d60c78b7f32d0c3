import Facts
import Testing

private func refusal(_ text: String) -> String? {
    do throws(BadPath) {
        _ = try HostPath(text)
        return nil
    } catch {
        return error.reason
    }
}

@Test(arguments: ["/a", "/etc/v6/feed.yaml", "/a/..b", "/a b/é", "/...", "/-"])
func aPathInItsOneSpellingIsTaken(_ text: String) throws {
    #expect(try HostPath(text).text == text)
}

@Test(arguments: [
    ("", "is not absolute"), ("a/b", "is not absolute"), ("~/a", "is not absolute"),
    ("/", "is the root itself"), ("/a/", "has an empty component"),
    ("//a", "has an empty component"), ("/a//b", "has an empty component"),
    ("/a/./b", "contains '.'"), ("/..", "contains '..'"), ("/a/../b", "contains '..'"),
    ("/a\u{0}b", "holds a control character"), ("/a\nb", "holds a control character"),
    ("/a\u{7f}", "holds a control character"),
])
func anyOtherSpellingIsRefusedWithItsReason(_ text: String, _ reason: String) {
    #expect(refusal(text) == reason)
}

@Test func lengthsAreBoundedInBytes() {
    func path(_ bytes: Int) -> String { "/" + String(repeating: "a", count: bytes) }
    #expect(refusal(path(HostPath.componentBytesMax)) == nil)
    #expect(refusal(path(HostPath.componentBytesMax + 1)) == "has a component over 255 bytes")
    let long = String(repeating: "/" + String(repeating: "a", count: 199), count: 20)
    #expect(refusal(long + path(94)) == nil)
    #expect(refusal(long + path(95)) == "is too long")
    #expect(refusal("/" + String(repeating: "é", count: 128)) == "has a component over 255 bytes")
}

@Test func aPathKnowsItsPlaceInTheTree() throws {
    let path = try HostPath("/etc/v6/feed.yaml")
    #expect(path.name == "feed.yaml")
    #expect(path.relative == "etc/v6/feed.yaml")
    #expect(path.parent?.text == "/etc/v6")
    #expect(try HostPath("/etc").parent == nil)
    #expect(path.isWithin(try HostPath("/etc")))
    #expect(path.isWithin(path))
    #expect(!path.isWithin(try HostPath("/et")))
    #expect(!(try HostPath("/etc/v60").isWithin(try HostPath("/etc/v6"))))
}

@Test func appendingCannotLeaveTheFolder() throws {
    let folder = try HostPath("/etc/v6")
    #expect(try folder.appending("a/b").text == "/etc/v6/a/b")
    for suffix in ["..", "../a", "a/../..", "", "/a"] {
        #expect(throws: BadPath.self) { try folder.appending(suffix) }
    }
}

@Test(arguments: ["a", "a/b", "", "/a", "a/", "a//b", ".", "..", "a/../b", "...", "a\nb", "é/-"])
func relativePathIsAPathWithoutItsSlash(_ text: String) {
    #expect(HostPath.allows(relative: text) == (refusal("/" + text) == nil))
}

import Facts
import Git
import TestKit
import Testing

/// A commit taken apart: what was signed, and the signature over it.
struct CommitObjectTests {
    private let head = """
        tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
        parent 1111111111111111111111111111111111111111
        author A B <a@example.net> 1795573600 +0000
        committer A B <a@example.net> 1795573600 +0000

        """

    private let ssh = "-----BEGIN SSH SIGNATURE-----\nabc\n-----END SSH SIGNATURE-----\n"

    private func folded(_ text: String) -> String {
        text.split(separator: "\n").joined(separator: "\n ") + "\n"
    }

    private func object(_ text: String, digits: Int = 40) -> CommitObject {
        CommitObject(Array(text.utf8), digits: digits)
    }

    @Test func unsignedCommitIsItsOwnPayload() {
        let text = head + "\na message\n\ngpgsig not a header\n"
        let commit = object(text)
        #expect(commit.signature == .none)
        #expect(commit.payload == Array(text.utf8))
        #expect(commit.author == "A B <a@example.net>")
    }

    @Test func signatureIsTakenOutAndNothingElse() {
        let commit = object(head + "gpgsig " + folded(ssh) + "encoding x\n\na message\n gpgsig\n")
        #expect(commit.signature == .ssh(Array(ssh.utf8)))
        #expect(commit.payload == Array((head + "encoding x\n\na message\n gpgsig\n").utf8))
    }

    @Test func headerOfTheOtherDigestIsNeitherSignatureNorPayload() {
        let both =
            head + "gpgsig " + folded(ssh) + "gpgsig-sha256 "
            + folded("-----BEGIN PGP MESSAGE-----")
            + "\nm\n"
        #expect(object(both).signature == .ssh(Array(ssh.utf8)))
        #expect(object(both).payload == Array((head + "\nm\n").utf8))
        let pgp = Array("-----BEGIN PGP MESSAGE-----\n".utf8)
        #expect(object(both, digits: 64).signature == .openPGP(pgp))
    }

    /// Git leaves such lines out of what is signed: whoever adds one adds what nobody vouched for.
    @Test(arguments: ["gpgsig-evil x\n", "gpgsigx y\n z\n", "gpgsig second\n"])
    func whatGitWouldLeaveOutMakesTheSignatureUnusable(_ header: String) {
        let commit = object(head + "gpgsig " + folded(ssh) + header + "\nm\n")
        guard case .unusable = commit.signature else {
            Issue.record("\(commit.signature)")
            return
        }
    }

    @Test func whatContinuesAMergedTagStaysInWhatIsSigned() {
        let merge =
            head + "mergetag object 1\n type commit\n gpgsig not ours\n" + "gpgsig " + folded(ssh)
            + "\nm\n"
        let commit = object(merge)
        #expect(commit.signature == .ssh(Array(ssh.utf8)))
        #expect(
            String(decoding: commit.payload, as: UTF8.self).contains("\n gpgsig not ours\n\nm\n"))
    }

    @Test(arguments: ["", "\n", "gpgsig", "gpgsig \n", " x", "tree", "\0", "author <\ntree x\n"])
    func whatIsNoCommitHasAnUnusableSignature(_ text: String) {
        guard case .unusable = object(text).signature else {
            Issue.record("\(object(text).signature)")
            return
        }
    }

    /// Seeded: whatever the bytes, nothing is lost or made up.
    @Test func anyBytesAreTakenApartWithoutACrash() {
        var generator = Dice(seed: 11)
        let whole = Array((head + "gpgsig " + folded(ssh) + "\nm\n").utf8)
        for _ in 0..<2_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(0x0a, at: place)
                }
            }
            let commit = CommitObject(bytes, digits: 40)
            #expect(commit.payload.count <= bytes.count)
            #expect(commit == CommitObject(bytes, digits: 40))
        }
    }

    @Test func nothingThatMovesACursorIsShownOfAnAuthor() {
        let text = head.replacing("A B", with: "A\u{1b}[2J\u{202e} \u{7} B")
        #expect(object(text).author == "A?[2J? ? B <a@example.net>")
    }

    @Test(arguments: [
        ("GOODSIG K Carol\nVALIDSIG K d t 0 4 0 22 8 00 PRIMARY", true, "Carol (PRIMARY)")
    ])
    func gpgsWordsForAGoodSignatureAreTaken(_ text: String, _ ends: Bool, _ signer: String) {
        #expect(status(text, ends) == .good(signer: signer))
    }

    @Test(arguments: [
        ("GOODSIG K C\nVALIDSIG K P", false), ("GOODSIG K C", true), ("VALIDSIG K P", true),
        ("GOODSIG K C\nGOODSIG K C\nVALIDSIG K P", true), ("", true),
        ("GOODSIG K C\nVALIDSIG K P\nBADSIG K C", true),
        ("GOODSIG K C\nVALIDSIG K P\nERRSIG K", true),
        ("EXPSIG K C\nGOODSIG K C\nVALIDSIG K P", true),
        ("EXPKEYSIG K C\nVALIDSIG K P", true), ("REVKEYSIG K C\nVALIDSIG K P", true),
        ("ERRSIG K\nNO_PUBKEY K", false),
    ])
    func anythingElseThatGpgSaysIsNoGoodSignature(_ text: String, _ ends: Bool) {
        if case .good = status(text, ends) { Issue.record("taken: \(text)") }
    }

    private func status(_ text: String, _ ends: Bool) -> SignatureVerdict {
        let lines = text.split(separator: "\n").map { "[GNUPG:] \($0)\n" }.joined()
        // What gpg prints for people says nothing, whatever a name of a key makes of it.
        return OpenPGPStatus("GOODSIG x\n" + lines + " [GNUPG:] GOODSIG\n", hasSucceeded: ends)
            .verdict
    }
}

import Facts
import Testing
import UnitFile

@testable import Reconcile

/// Every word of `systemctl is-enabled`, for units of ours and of others.
@Suite struct EnablementTests {
    private let words = [
        "enabled", "enabled-runtime", "linked", "linked-runtime", "alias", "masked",
        "masked-runtime", "static", "indirect", "disabled", "generated", "transient", "",
    ]

    private func wishes(_ isWanted: Bool, _ links: Set<String>, _ file: UnitText?) -> [String] {
        words.map { word in
            switch enablementWish(isWanted, word: word, links: links, file: file) {
            case .asWanted: "\(word): as wanted"
            case .act(let action): "\(word): \(action.rawValue)"
            case .impossible: "\(word): impossible"
            }
        }
    }

    @Test func unitOfOthersIsJudgedByItsWord() {
        #expect(
            wishes(true, [], nil) == [
                "enabled: as wanted", "enabled-runtime: enable", "linked: enable",
                "linked-runtime: enable", "alias: impossible", "masked: enable",
                "masked-runtime: enable", "static: impossible", "indirect: as wanted",
                "disabled: enable", "generated: impossible", "transient: impossible", ": enable",
            ])
        #expect(
            wishes(false, [], nil).filter { !$0.hasSuffix("as wanted") } == [
                "enabled: disable", "enabled-runtime: disable",
            ])
        #expect(
            wishes(true, ["a.target.wants"], nil).filter { $0.hasPrefix("masked") } == [
                "masked: as wanted", "masked-runtime: as wanted",
            ], "a mask hides whether it is enabled; the links tell")
    }

    @Test func unitOfOursIsJudgedByTheLinksThatItsFileNames() {
        let file = Scene.text("[Install]\nWantedBy=a.target b.target\n")
        let links: Set<String> = ["a.target.wants", "b.target.wants"]
        #expect(wishes(true, links, file).allSatisfy { $0.hasSuffix(": as wanted") })
        #expect(wishes(true, ["a.target.wants"], file).allSatisfy { $0.hasSuffix(": reenable") })
        #expect(wishes(true, [], file).allSatisfy { $0.hasSuffix(": enable") })
        #expect(wishes(false, ["c.target.wants"], file).allSatisfy { $0.hasSuffix(": disable") })
        #expect(wishes(false, [], file)[5...].allSatisfy { $0.hasSuffix(": as wanted") })
    }

    @Test func fileThatNamesNoLinksIsEnabledByWhatElseItNames() {
        let nothing = Scene.text("[Service]\nExecStart=/bin/a\n")
        #expect(wishes(true, [], nothing).allSatisfy { $0.hasSuffix(": impossible") })
        let also = Scene.text("[Install]\nAlso=a.socket\n")
        #expect(
            enablementWish(true, word: "indirect", links: [], file: also) == .asWanted)
        #expect(
            enablementWish(true, word: "disabled", links: [], file: also) == .act(.enable))
        let specified = Scene.text("[Install]\nWantedBy=%i.target\n")
        #expect(
            enablementWish(true, word: "enabled", links: [], file: specified) == .asWanted)
    }
}

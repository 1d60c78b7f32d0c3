import Apply
import Digest
import Facts
import JSON
import Machine
import Reconcile
import Release
import Services
import Synchronization
import TestKit
import Testing

/// What turns keep: the journal, the record, checkouts; and the executor that is told by them.
struct StoreTests {
    private let stage: Stage
    private let journalName = "host/var/lib/v6-reconcile/journal.jsonl"

    init() throws { stage = try Stage() }

    private func journal() throws -> Journal { try Journal(in: stage.state, clock: stage.clock) }

    private func lines() -> [Substring] {
        (stage.scratch.read(journalName) ?? "").split(separator: "\n")
    }

    @Test func eachEntryNamesTheDigestOfTheOneBeforeAcrossProcesses() throws {
        #expect(try journal().last == nil)
        try journal().add("first", ["a": 1])
        let second = try journal()
        #expect(second.last?["event"] == "first")
        try second.add("second")
        try second.add("third")
        var previous = ContentDigest.of("v6 journal 1")
        for (index, line) in lines().enumerated() {
            let entry = try JSONValue.parse(Array(line.utf8))
            #expect(entry["n"] == .integer(Int64(index + 1)))
            #expect(entry["previous"] == .string("\(previous)"))
            #expect(entry["at_us"] == .integer(stage.clock.wallUs()))
            previous = .of(String(line))
        }
        #expect(lines().count == 3)
    }

    /// Cut at every byte: half a line never was an entry.
    @Test func tornLineIsCutOffAndTheChainGoesOn() throws {
        try journal().add("first")
        try journal().add("second", ["text": "é \" \n"])
        let whole = try #require(stage.scratch.read(journalName))
        let first = whole.split(separator: "\n")[0].utf8.count + 1
        for count in stride(from: 0, to: whole.utf8.count, by: 7) {
            let cut = Array(whole.utf8.prefix(count))
            try stage.files.replace(
                try stage.state.path("journal.jsonl"), with: cut,
                Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o640)),
                accounts: stage.accounts)
            try journal().add("next")
            let entry = try JSONValue.parse(Array(try #require(lines().last).utf8))
            #expect(entry["n"] == (count >= first ? 2 : 1), "cut at \(count)")
        }
    }

    @Test(arguments: ["{\n", "no json\n", "{\"n\":1}\n{\"n\":\n", "{\"n\":1}\n"])
    func brokenLastLineIsRefusedAndKept(_ text: String) throws {
        stage.scratch.write(journalName, text)
        #expect(throws: MachineError.self) { try journal() }
        #expect(stage.scratch.read(journalName) == text)
    }

    private let pointer: JSONValue = [
        "checkout": "folder-1", "commit": "4f2c1aa", "content": .string("\(ContentDigest.of("c"))"),
        "environment": "paper", "release": "0123456789", "at_us": 5,
        "health": [
            "stable_for_s": 9, "disk": 9_500, "inodes": 9_400, "memory": 9_300,
            "folders": ["/", "/srv"],
        ],
    ]

    private var document: JSONValue {
        [
            "format": 2, "generation": 7, "attempted": pointer, "applied": pointer,
            "healthy": pointer,
            "resources": ["file/etc/v6/a": .string("\(ContentDigest.of("a"))")],
            "inventory": ["directory/etc/v6", "service/feed.service"], "gone": [],
            "made": ["feed.service": ["/etc/systemd/system/feed.service"]],
            "loaded": [
                "feed.service": [
                    "invocation": "i", "digest": .string("\(ContentDigest.of("l"))"),
                    "reload": .string("\(ContentDigest.of("r"))"),
                    "credentials": ["token": "0123456789abcdef"],
                ]
            ],
            "originals": [
                "places": [
                    "/etc/v6/a": [
                        "kind": "file", "owner": "root", "group": "root", "mode": "0640",
                        "kept": "k", "to": nil, "displaced": "/etc/v6/.a.v6-displaced",
                    ]
                ],
                "units": ["feed.service": ["active": true, "enabled": nil, "masked": nil]],
                "foreign": ["feed.service": ["active": nil, "enabled": false, "masked": true]],
                "before": [:],
                "aside": [
                    "/etc/v6/b": ["as": "/etc/v6/.b.v6-displaced.2", "kind": "directory"]
                ],
                "accounts": [
                    "users": ["daemon": ["home": "/", "shell": "/bin/sh"]], "groups": ["v6"],
                    "gave": ["daemon": ["v6"]],
                ],
            ],
            "envelope": ["dry_run": "true", "limits.positions_max": "5"],
            "begun": [
                "envelope": ["dry_run": "true"], "halted": "for another account",
                "failed_before": ["check"], "over_before": ["disk /"],
            ],
            "proved_before": pointer,
            "interrupted": ["content": .string("\(ContentDigest.of("i"))"), "count": 1],
            "journal": ["n": 3, "digest": .string("\(ContentDigest.of("j"))")],
        ]
    }

    @Test func recordComesBackAsItWasWritten() throws {
        let record = try #require(Record(document))
        #expect(record.generation == 7 && record.healthy?.label == "4f2c1aa")
        #expect(record.json == document)
        try stage.state.write(record)
        #expect(try stage.state.record() == record)
        #expect(Record(Record().json) == Record())
    }

    @Test func inventoryIsWrittenShortAndAsItWasBeforeIsReadToo() throws {
        var record = try #require(Record(document))
        #expect(
            record.inventory.map(\.description).sorted() == [
                "directory/etc/v6", "file/etc/v6/a", "service/feed.service",
            ])
        var members = try #require(document.asObject?.members)
        members.removeAll { ["format", "inventory", "gone"].contains($0.key) }
        let all = record.inventory.map { JSONValue.string("\($0)") }
        let before = JSONObject(
            members + [
                JSONMember(key: "format", value: 1),
                JSONMember(key: "inventory", value: .array(all)),
            ])
        #expect(Record(.object(before)) == record)
        record.inventory = []
        #expect(Record(record.json) == record)
    }

    @Test func recordWithAnyPartMissingOrMistypedIsNone() throws {
        let members = try #require(document.asObject?.members)
        // What an older turn did not write yet may be missing.
        let optional = [
            "attempted", "applied", "healthy", "journal", "made", "envelope", "begun",
            "proved_before", "interrupted",
        ]
        for member in members where !optional.contains(member.key) {
            let others = members.filter { $0.key != member.key }
            #expect(Record(.object(JSONObject(others))) == nil, "without \(member.key)")
        }
        for member in members {
            let others = members.filter { $0.key != member.key }
            let other = JSONMember(key: member.key, value: ["x"])
            #expect(Record(.object(JSONObject(others + [other]))) == nil, "\(member.key)")
        }
    }

    @Test func recordFromBeforePartsOfUnitsWereKeptHasTheUsualOnes() throws {
        let members = try #require(document.asObject?.members).filter { $0.key != "made" }
        let record = try #require(Record(.object(JSONObject(members))))
        #expect(
            record.made.values.map { $0.map(\.text).sorted() } == [
                ["/etc/systemd/system/feed.service", "/opt/v6/feed"]
            ])
    }

    @Test func checkoutAppearsWholeOrNotAtAll() throws {
        let store = CheckoutStore(in: stage.state)
        let good: [(path: String, bytes: [UInt8])] = [
            ("desired/sandbox.yaml", Array("environment: sandbox\n".utf8)),
            ("desired/files/deep/a b", [0, 255]), ("systemd/x.service", []),
        ]
        #expect(throws: MachineError.self) {
            try add(store, "bad", good + [("desired/../../escape", [1])])
        }
        #expect(try !store.has("bad"))
        #expect(stage.scratch.read("host/var/lib/v6-reconcile/escape") == nil)
        try add(store, "good", good)
        #expect(try store.has("good"))
        let laidOut = try store.load("good")
        #expect(laidOut.checkout.entries["desired/files/deep/a b"]?.size == 2)
        #expect(
            laidOut.checkout.texts.keys.sorted() == ["desired/sandbox.yaml", "systemd/x.service"])
        let entry = try #require(laidOut.checkout.entries["desired/files/deep/a b"])
        #expect(try laidOut.contents.read(at: entry.offset, count: entry.size) == [0, 255])
        try add(store, "other", good)
        try store.keepOnly(["good"])
        let checkouts = try stage.files.list(try stage.state.path("checkouts"))
        #expect(checkouts == ["good"], "what was half laid out is gone as well")
        stage.scratch.write("host/var/lib/v6-reconcile/checkouts/good/manifest", "broken\n")
        #expect(throws: MachineError.self) { try store.load("good") }
    }

    private func add(
        _ store: CheckoutStore, _ name: String, _ contents: [(path: String, bytes: [UInt8])]
    ) throws { try store.add(name, contents, release: nil) }

    @Test func executorStopsAtTheFirstFailureAndNamesTheStep() throws {
        let feed = try #require(UnitName("feed.service"))
        let (first, last) = (try HostPath("/etc/v6/first"), try HostPath("/etc/v6/last"))
        stage.services.state.withLock { $0.failures["start feed.service"] = .failed("it ended") }
        let bytes = Array("one".utf8)
        let source = SourceFile(path: "desired/files/text", digest: .of(bytes), size: 3)
        let mode = Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o644))
        let plan = Plan(changes: [
            Change(.file(first), .add, .intended, steps: [.writeFile(first, source, mode)]),
            Change(.unit(feed), .add, .intended, steps: [.unit(.start, feed)]),
            Change(.file(last), .add, .intended, steps: [.writeFile(last, source, mode)]),
        ])
        let journal = try journal()
        let contents = Contents(bytes)
        var told: [Address] = []
        let executor = stage.executor
        let error = #expect(throws: ApplyError.self) {
            try executor.apply(plan, contents: contents, programs: nil, journal: journal) {
                told.append($0.address)
            }
        }
        #expect(error?.finished == 1 && error?.step == .unit(.start, feed))
        #expect(error?.isFaultOfContent == true)
        #expect(error?.reason == "cannot start feed.service: it ended")
        #expect(told == [.file(first), .unit(feed)])
        #expect(stage.scratch.read("host/etc/v6/first") == "one")
        #expect(stage.scratch.read("host/etc/v6/last") == nil)
        #expect(lines().count == 2, "each step is told before it is taken, and none after")
    }
}

import Digest
import Facts
import JSON
import Reconcile
import Testing

/// What a running service of ours has to prove before a commit is healthy.
struct ProofTests {
    private let configuration = ContentDigest.of("configuration")

    private func proof(_ more: String = "RuntimeDirectory=v6/reader", reads: Bool = true) throws
        -> [Proof]
    {
        var commit = Commit(
            """
            environment: paper
            services:
              reader.service:
                unit: systemd/reader.service
                state: running
                release: true
                \(reads ? "reads: [config.logging]" : "restart: immediate")

            """)
        commit.units["reader.service"] = Commit.service(more)
        var desired = try commit.read()
        desired.release = ReleaseKey("abcdef0123456789")
        return desired.proofs(of: Array(desired.services.keys))
    }

    private func up(_ invocation: String = "run1") -> UnitStatus {
        UnitStatus(load: "loaded", active: "active", sub: "running", invocation: invocation)
    }

    private func says(
        invocation: String = "run1", build: String = "abcdef0123456789", digest: String?
    ) -> Reading<Testimony> {
        let json: JSONValue = [
            "invocation_id": .string(invocation), "build": .string(build),
            "configuration_digest": digest.map { .string($0) } ?? .null,
        ]
        return Testimony(json).map { .present($0) } ?? .absent
    }

    @Test func unitWithAFolderForItsSocketHasToProveItself() throws {
        #expect(try proof().count == 1)
        #expect(try proof("RuntimeDirectory=other v6/reader").count == 1)
        #expect(try proof("RuntimeDirectory=v6/other").isEmpty)
        #expect(try proof("Type=oneshot\nRuntimeDirectory=v6/reader").isEmpty)
        #expect(try proof("").isEmpty)
    }

    @Test func onlyTheRightRunBuildAndConfigurationProveIt() throws {
        let proof = try #require(try proof().first)
        let digest = try #require(proof.configuration.map { "\($0)" })
        #expect(proof.failure(of: says(digest: digest), up()) == nil)
        #expect(
            proof.failure(of: says(invocation: "run0", digest: digest), up())?
                .contains("another run answers") == true)
        #expect(
            proof.failure(of: says(build: "0123456", digest: digest), up())
                == "reader.service runs build 0123456, not abcdef012345")
        for other in ["0123", nil] {
            #expect(
                proof.failure(of: says(digest: other), up())?
                    .contains("parsed another configuration") == true)
        }
        #expect(proof.failure(of: .absent, up()) == "reader.service has no control socket")
        #expect(
            proof.failure(of: .unreadable(reason: "it is silent"), up())
                == "reader.service proves nothing: it is silent")
    }

    @Test func unitThatReadsNothingProvesItsBuildAlone() throws {
        let proof = try #require(try proof(reads: false).first)
        #expect(proof.failure(of: says(digest: nil), up()) == nil)
        #expect(proof.failure(of: says(digest: "0123"), up()) != nil)
    }

    @Test func answerWithoutRunOrBuildIsNoTestimony() {
        #expect(Testimony(["invocation_id": "x"]) == nil)
        #expect(Testimony(["build": "x"]) == nil)
        #expect(Testimony(["x"]) == nil)
    }
}

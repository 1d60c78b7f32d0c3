import JSON
import Machine
import SandboxKit
import TestKit
import Testing

/// The verb `validate`, by the built program.
struct ValidateTests {
    private func write(_ variables: String, in box: Sandbox) {
        box.scratch.write("host/etc/v6-reconcile/environment", variables)
    }

    @Test func aVariableComesFromTheHostsFileAndNeverFromTheCaller() throws {
        try Sandbox.fresh { box in
            let words = ["validate", "--desired", box.tree, "--show", "--origin"]
            write("V6_LOG_LEVEL=debug\n", in: box)
            let shown = try box.reconcile(words, environment: ["V6_LOG_LEVEL": "error"])
            #expect(shown.ending == .exited(0), "\(shown.errorText)")
            #expect(
                shown.outputText.contains(
                    "\nconfig.logging.level = debug  # V6_LOG_LEVEL, "
                        + "/etc/v6-reconcile/environment:1\n"), "\(shown.outputText)")
            #expect(
                shown.outputText.contains("\nhealth.stable_for = 1s  # desired/sandbox.yaml:16\n"))
            write("", in: box)
            let plain = try box.reconcile(words, environment: ["V6_LOG_LEVEL": "error"])
            #expect(plain.outputText.contains("\nconfig.logging.level = info  # standard\n"))
        }
    }

    @Test func faultsOfTheHostsOwnFileAreToldAsItsOwn() throws {
        try Sandbox.healthy { box in
            try box.shell("echo 'root: [/srv]' >> \"$HOST/etc/v6-reconcile/host.yaml\"")
            let turn = try box.turn()
            #expect(turn.ending == .exited(1))
            #expect(
                turn.errorText.hasPrefix("error: /etc/v6-reconcile/host.yaml has 1 fault\n"),
                "\(turn.errorText)")
            try box.shell("sed -i '$d' \"$HOST/etc/v6-reconcile/host.yaml\"")
        }
    }

    @Test func aVariableThatRaisesRiskEndsEveryVerbAndATurnWith1() throws {
        try Sandbox.healthy { box in
            write("V6_DRY_RUN=false\nV6_LOG_LVL=x\n", in: box)
            let turn = try box.turn()
            #expect(turn.ending == .exited(1))
            #expect(differenceFromKept(try box.tidied(turn), "variable-raises-risk.txt") == nil)
            #expect(!turn.errorText.contains("desired state of"), "no push can mend it")
            #expect(try box.turn(["--plan"]).ending == .exited(1))
            #expect(try box.turn(["validate"]).ending == .exited(1))
            try box.shell("echo 'servics: {}' >> desired/sandbox.yaml")
            let folder = try box.turn(["validate", "--desired", box.tree])
            let heads = folder.errorText.split(separator: "\n").filter { $0.hasPrefix("error: ") }
            #expect(heads.count == 2, "\(folder.errorText)")
            #expect(heads.last == "error: /etc/v6-reconcile/environment has 2 faults")
            write("V6_DRY_RUN=true\n", in: box)
            #expect(try box.turn().ending == .exited(0))
        }
    }

    @Test func theTableOfVariablesIsShown() throws {
        try Sandbox.fresh { box in
            let table = try box.command([box.program, "validate", "--variables"])
            #expect(table.ending == .exited(0))
            #expect(differenceFromKept(table.outputText, "variables.txt") == nil)
            let json = try box.command([box.program, "validate", "--variables", "--json"])
            let rows = try #require(try JSONValue.parse(Array(json.outputText.utf8)).asArray)
            #expect(rows.count == table.outputText.split(separator: "\n").count - 1)
        }
    }

    @Test func everyFaultIsAnEntryOfTheOneJSONDocument() throws {
        try Sandbox.fresh { box in
            box.scratch.write(
                "tree/desired/sandbox.yaml", "environment: sandbox\nserivces: {}\nlinks: [a]\n")
            for words in [["validate"], ["--plan"]] {
                let result = try box.reconcile(words + ["--desired", box.tree, "--json"])
                #expect(result.ending == .exited(1))
                #expect(result.errorText == "")
                let report = try JSONValue.parse(Array(result.outputText.utf8))
                #expect(
                    report["faults"]?.asArray == [
                        [
                            "file": "desired/sandbox.yaml", "line": 2, "column": 1,
                            "problem": "unknown key 'serivces' in desired",
                            "suggestion": "did you mean 'services'?",
                        ],
                        [
                            "file": "desired/sandbox.yaml", "line": 3, "column": 8,
                            "problem": "links is a list, not a mapping", "suggestion": nil,
                        ],
                    ])
            }
        }
    }

    @Test func aSecretInAnyFileOfTheCommitIsRefusedAndNeverShown() throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            box.scratch.write("tree/desired/files/app.env", "MODE=1\nAPI_TOKEN=" + "hunter2\n")
            try box.push("a secret")
            let turn = try box.turn()
            #expect(turn.ending == .exited(1))
            #expect(differenceFromKept(try box.tidied(turn), "refused-secret.txt") == nil)
            // The second turn reads what was found when the commit was laid out.
            #expect(try box.turn().errorText == turn.errorText)
            let validate = try box.reconcile(["validate", "--desired", box.tree])
            #expect(validate.ending == .exited(1))
            #expect(!(turn.errorText + validate.errorText).contains("hunter2"))
            #expect(try box.look() == before)
        }
    }

    /// The project's own documents.
    @Test(arguments: ["sandbox", "paper", "production"])
    func whatShipsIsValid(_ environment: String) throws {
        try Sandbox.fresh { box in
            let result = try box.command([
                box.program, "validate", "--desired", Self.checkout, "--environment", environment,
            ])
            #expect(result.ending == .exited(0), "\(result.errorText)")
            #expect(
                result.errorText.contains("dry_run is true in production")
                    == (environment == "production"))
        }
    }

    @Test func theExampleOfVariablesIsTakenByEveryEnvironment() throws {
        try Sandbox.fresh { box in
            let example = try #require(
                textOfFile(Self.checkout + "/desired/files/environment.example"))
            write(example, in: box)
            for environment in ["sandbox", "paper", "production"] {
                let result = try box.reconcile([
                    "validate", "--desired", Self.checkout, "--environment", environment,
                    "--show", "--origin",
                ])
                #expect(result.ending == .exited(0), "\(result.errorText)")
                #expect(result.outputText.contains("# V6_LOG_LEVEL,"))
            }
        }
    }

    /// By an implementation of others: Debian's python3-jsonschema.
    @Test func theSchemaForEditorsTakesWhatShipsAndRefusesMistakes() throws {
        try Sandbox.fresh { box in
            let schema = try box.command([box.program, "validate", "--schema"])
            #expect(schema.ending == .exited(0))
            box.scratch.write("schema.json", schema.outputText)
            box.scratch.write("check.py", Self.check)
            let result = try box.command([
                "/usr/bin/python3", box.scratch.path + "/check.py",
                box.scratch.path + "/schema.json", Self.checkout + "/desired",
            ])
            #expect(result.ending == .exited(0), "\(result.errorText)")
            #expect(differenceFromKept(result.outputText, "schema-check.txt") == nil)
        }
    }

    private static let checkout: String = {
        "/" + "\(#filePath)".split(separator: "/").dropLast(3).joined(separator: "/")
    }()

    private static let check = """
        import glob, json, sys, yaml
        from jsonschema import Draft202012Validator
        schema = json.load(open(sys.argv[1]))
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for path in sorted(glob.glob(sys.argv[2] + "/*.yaml")):
            document = yaml.safe_load(open(path))
            faults = [e.message for e in validator.iter_errors(document)]
            print(path.split("/")[-1], "ok" if not faults else faults)
        for text in [
            "dry_run: 1", "serivces: {}", "ib_host: x", "files: {relative: {source: files/x}}",
            "files: {/etc/v6/a: {source: files/x, mode: 420}}", "limits: {daily_loss_max: 1000}",
            "health: {stable_for: 60}", "services: {v6-x: {}}", "trading: {state: going}",
            "config: {ib: {port: 70000}}", "links: {/etc/v6/a: /x}",
        ]:
            faults = list(validator.iter_errors(yaml.safe_load(text)))
            print(text, "-> refused" if faults else "-> TAKEN")
        for text in [
            "files: {/etc/v6/a: null}", "limits: {portfolio: {delta_max: 0.3}}",
            "config: {ib: {client_ids: {x: 7}}}", "backup: {at: '17:00 America/New_York'}",
        ]:
            faults = list(validator.iter_errors(yaml.safe_load(text)))
            print(text, "-> REFUSED" if faults else "-> taken")
        """
}

/// The shape of desired state: design, section 5.
package enum Schema {
    /// The whole of one environment, layers merged.
    package static let desired = Shape.map(
        [
            Field("extends", .text, "The document that this one is laid over."),
            Field(
                "environment", .word(HostSettings.environments),
                "Which environment the document is for."),
        ] + settings + [
            Field("users", .table(names: .account, .map(user)), "Accounts, by name."),
            Field("groups", .table(names: .account, .map(group)), "Groups, by name."),
            Field(
                "directories", .table(names: .managedPath, .map(directory)),
                "Folders, and whole trees, by where they belong."),
            Field(
                "files", .table(names: .managedPath, .map(file)),
                "Files, by where they belong."),
            Field(
                "links", .table(names: .managedPath, .map(link)),
                "Links, by where they belong."),
            Field("services", .table(names: .unit, .map(service)), "Units, by name."),
            Field("drift", .map(drift), "What becomes of things that no commit knows."),
        ] + tombstones)

    static let user: [Field] = [
        Field(
            "system", .bool, "Whether its number is of the range for services.", standard: "true"),
        Field("home", .path, "Its home folder, which is made by `directories`."),
        Field(
            "groups", .list(.scalar(.account)),
            "Groups that it is in besides its own; they are made too."),
        Field("shell", .path, "What it logs in to.", standard: DesiredUser.shellDefault),
    ]

    static let group: [Field] = [
        Field("system", .bool, "Whether its number is of the range for services.", standard: "true")
    ]

    private static let ownership: [Field] = [
        Field("owner", .account, "The account that owns it.", standard: "root"),
        Field("group", .account, "The group that owns it.", standard: "root"),
    ]

    static let directory: [Field] =
        ownership + [
            Field("mode", .mode, "Permission bits.", standard: "0755"),
            Field("source", .source, "With `recursive`: the folder whose whole tree belongs here."),
            Field("recursive", .bool, "Whether it is a whole tree.", standard: "false"),
            Field("file_mode", .mode, "Of the files of a tree; left out: 0644."),
        ]

    static let file: [Field] =
        ownership + [
            Field("mode", .mode, "Permission bits.", standard: "0644"),
            Field(
                "source", .scalar(.source), "Where its bytes stand below desired/.",
                needed: "source: files/NAME"),
        ]

    static let link: [Field] = [
        Field("to", .scalar(.target), "What stands in the link.", needed: "to: PATH")
    ]

    static let service: [Field] = [
        Field("unit", .unitFile, "Its unit file, installed byte for byte."),
        Field(
            "drop_ins", .list(.scalar(.unitFile)),
            "Files for its folder UNIT.d, each installed under its own name."),
        Field("masked", .bool, "Whether nothing may start it.", standard: "false"),
        Field("enabled", .bool, "Whether it starts at boot; left out: not managed."),
        Field(
            "state", .word(DesiredService.State.allCases.map(\.rawValue)),
            "Whether it is up; left out: not managed."),
        Field(
            "restart", .word(DesiredService.Restart.allCases.map(\.rawValue)),
            "When it may be restarted for what it loaded.", standard: "immediate"),
        Field(
            "release", .bool, "Whether it runs a program of ours, through /opt/v6/STEM.",
            standard: "false"),
        Field(
            "reads", .list(.scalar(.part)),
            "Parts of desired state that are rendered to /etc/v6/STEM/config.json."),
    ]

    static let drift: [Field] = [
        Field(
            "stray_units", .word(DesiredDrift.Policy.allCases.map(\.rawValue)),
            "Units called v6-* that no commit knows.", standard: "report"),
        Field(
            "stray_drop_ins", .word(DesiredDrift.Policy.allCases.map(\.rawValue)),
            "Drop-ins that no commit knows, of units that have a unit file here.",
            standard: "remove"),
    ]
}

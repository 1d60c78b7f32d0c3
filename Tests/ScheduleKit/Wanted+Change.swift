package import TestKit

/// Places that commits play with. Few, so that commits meet at them.
enum Places {
    static let files = [
        Wanted.readme, "/etc/v6/notes", "/srv/a", "/srv/d0/b", "/srv/deep/er/c", "/srv/d1/e",
    ]
    static let folders = ["/srv/d0", "/srv/d1", "/srv/d1/in", "/srv/deep"]
    static let trees = ["/srv/tree", "/srv/other/tree"]
    static let links = ["/srv/link", "/etc/v6/link", "/srv/d0/link"]
    static let services = ["feed.service", "more.service", "bad.service", "last.service"]
    static let modes = [0o600, 0o640, 0o644, 0o660, 0o755]
}

extension Wanted {
    /// Another good state, a few changes away.
    package func changed(_ dice: inout Dice) -> Wanted {
        var result = self
        result.spelling = .good
        result.isFlawed = false
        for (name, service) in result.services where service.life != .lives {
            result.services[name]?.life = .lives
        }
        for _ in 0...dice.below(4) { result.changeOne(&dice) }
        return result
    }

    private mutating func changeOne(_ dice: inout Dice) {
        switch dice.below(12) {
        case 0, 1, 2: changeFile(&dice)
        case 3: changeFolder(&dice)
        case 4: changeTree(&dice)
        case 5: changeLink(&dice)
        case 6, 7, 8: changeService(&dice)
        case 9: logLevel = dice.pick(["debug", "info", "warning"])
        default: bounds = bounds.changed(&dice)
        }
    }

    private mutating func changeFile(_ dice: inout Dice) {
        let place = dice.pick(Places.files)
        if files[place] != nil, place != Self.readme, dice.oneIn(3) {
            files[place] = nil
        } else {
            files[place] = File(
                text: "text \(dice.below(1_000_000))", mode: dice.pick(Places.modes))
        }
    }

    private mutating func changeFolder(_ dice: inout Dice) {
        let place = dice.pick(Places.folders)
        folders[place] = folders[place] != nil && dice.oneIn(2) ? nil : dice.pick([0o700, 0o755])
    }

    private mutating func changeTree(_ dice: inout Dice) {
        let place = dice.pick(Places.trees)
        if trees[place] != nil, dice.oneIn(3) {
            trees[place] = nil
            return
        }
        var tree = Tree(
            files: [:], mode: dice.pick([0o750, 0o755]), fileMode: dice.pick(Places.modes))
        let names = ["one", "two", "in/three", "in/deep/four"]
        for name in names where name == "one" || dice.oneIn(2) {
            tree.files[name] = "tree \(dice.below(1_000_000))"
        }
        trees[place] = tree
    }

    private mutating func changeLink(_ dice: inout Dice) {
        let place = dice.pick(Places.links)
        links[place] =
            links[place] != nil && dice.oneIn(3) ? nil : dice.pick(["/srv/a", "/srv/tree", "d0/b"])
    }

    private mutating func changeService(_ dice: inout Dice) {
        let place = dice.below(Places.services.count)
        let name = Places.services[place]
        var service = services[name] ?? Service(number: 0)
        let number = (place + 1) * 100_000 + 1 + dice.below(99_000)
        if service.number == 0 { service.number = number }
        switch dice.below(8) {
        case 0:
            services[name] = nil
            return
        case 1, 2: service.number = number
        case 3: service.isEnabled.toggle()
        case 4: service.isRunning.toggle()
        case 5: service.dropIn = service.dropIn == nil || dice.oneIn(2) ? dice.below(1_000) : nil
        case 6: service.reads.toggle()
        default: service.isMasked.toggle()
        }
        services[name] = service
    }

    /// A state that cannot become healthy, a few changes away.
    package func spoilt(_ dice: inout Dice) -> Wanted {
        var result = changed(&dice)
        switch dice.below(8) {
        case 0: result.spelling = .brokenYAML
        case 1: result.spelling = dice.oneIn(2) ? .refusedUnit : .unknownKey
        case 2, 3, 4: result.isFlawed = true
        default: result.addFailingUnit(&dice)
        }
        return result
    }

    mutating func addFailingUnit(_ dice: inout Dice) {
        var service = Service(number: 300_001 + dice.below(99_000))
        service.isEnabled = !dice.oneIn(3)
        service.life = dice.pick([.failsAtOnce, .failsAtOnce, .failsInWindow, .failsAsOneshot])
        services["bad.service"] = service
    }
}

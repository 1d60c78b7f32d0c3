package import Digest
import Facts

extension Desired {
    /// Every managed thing, in no order.
    package var addresses: Set<Address> {
        var all: Set<Address> = []
        all.reserveCapacity(directories.count + files.count + services.count)
        for path in directories.keys { all.insert(.directory(path)) }
        for path in files.keys { all.insert(.file(path)) }
        for path in links.keys { all.insert(.link(path)) }
        for name in users.keys { all.insert(.user(name)) }
        for name in groups.keys { all.insert(.group(name)) }
        for name in services.keys { all.insert(.unit(name)) }
        return all
    }

    /// Whether this thing is managed.
    package func wants(_ address: Address) -> Bool {
        switch address {
        case .directory(let path): directories[path] != nil
        case .file(let path): files[path] != nil
        case .link(let path): links[path] != nil
        case .user(let name): users[name] != nil
        case .group(let name): groups[name] != nil
        case .unit(let name): services[name] != nil
        }
    }

    /// A digest for each managed thing, over all that is wanted of it.
    package var resources: [Address: ContentDigest] {
        var all: [Address: ContentDigest] = [:]
        for address in addresses { all[address] = digest(of: address) }
        return all
    }

    /// A digest over all that is wanted of one thing; nil for a thing that is not managed.
    ///
    /// Two commits that want the same of a thing give it the same digest: by this drift is told
    /// from intended change.
    package func digest(of address: Address) -> ContentDigest? {
        guard wants(address) else { return nil }
        var wish = Wish()
        tell(address, to: &wish)
        return wish.digest
    }

    /// A digest over everything that a turn would install: what quarantine remembers.
    ///
    /// It covers environment, health, every resource with its bytes, and the release key; not
    /// the commit, so that a rebase or an empty commit does not get bad content back in.
    package var contentDigest: ContentDigest {
        var wish = Wish()
        wish.add("v6 content 3", environment, "stable \(health.stableFor)")
        for number in HostNumber.allCases {
            wish.add(health.bounds.most[number].map { "\(number.rawValue) \($0)" })
        }
        wish.add(health.bounds.folders.joined(separator: "\n"))
        wish.add("strays", drift.strayUnits.rawValue, drift.strayDropIns.rawValue)
        // As the sorted addresses stand, which are not made: there may be 10,000.
        for path in directories.keys.sorted() {
            wish.add(joined: "directory", path.text)
            tell(.directory(path), to: &wish)
        }
        for path in files.keys.sorted() {
            wish.add(joined: "file", path.text)
            tell(.file(path), to: &wish)
        }
        for path in links.keys.sorted() {
            wish.add(joined: "link", path.text)
            tell(.link(path), to: &wish)
        }
        let others =
            users.keys.map { Address.user($0) } + groups.keys.map { .group($0) }
            + services.keys.map { .unit($0) }
        for address in others.sorted() {
            wish.add("\(address)")
            tell(address, to: &wish)
        }
        return wish.digest
    }

    /// The same over all but the envelope: content that differs by a tighter one alone is the same
    /// content to quarantine (design, promise 9).
    package var coreDigest: ContentDigest {
        var core = self
        for (name, service) in services {
            guard let configuration = service.configuration else { continue }
            core.services[name]?.configuration?.digest = configuration.core
        }
        return core.contentDigest
    }

    private func tell(_ address: Address, to wish: inout Wish) {
        switch address {
        case .directory(let path):
            if let ownership = directories[path] { wish.add(ownership) }
        case .file(let path):
            if let file = files[path] {
                wish.add(file.source.digest)
                wish.add(file.ownership)
            }
        case .link(let path): wish.add(links[path])
        case .user(let name):
            if let user = users[name] {
                wish.add("\(user.isSystem)", user.home?.text, user.shell)
                user.groups.forEach { wish.add($0) }
            }
        case .group(let name): wish.add(groups[name].map { "\($0.isSystem)" })
        case .unit(let name):
            if let service = services[name] { tell(service, to: &wish) }
        }
    }

    private func tell(_ service: DesiredService, to wish: inout Wish) {
        wish.add("masked \(service.isMasked)", service.enabled.map { "\($0)" })
        wish.add(service.state?.rawValue, service.restart.rawValue)
        tellInstalled(of: service, to: &wish)
    }

    private func tellInstalled(of service: DesiredService, to wish: inout Wish) {
        wish.add(service.unit?.digest)
        for (name, source) in service.dropIns.sorted(by: { $0.key < $1.key }) {
            wish.add(name)
            wish.add(source.digest)
        }
        wish.add("configuration")
        wish.add(service.configuration?.digest)
        wish.add(service.runsRelease ? release?.text ?? "none" : nil)
    }
}

/// Parts of a wish, each with its length before it, so that no two wishes read the same.
private struct Wish {
    private var hash = SHA256()

    mutating func add(_ texts: String?...) {
        for text in texts {
            guard var text else {
                add(length: UInt64.max)
                continue
            }
            text.withUTF8 {
                add(length: UInt64($0.count))
                hash.update(UnsafeRawBufferPointer($0))
            }
        }
    }

    /// Two texts as one, which is not made.
    mutating func add(joined first: String, _ second: String) {
        add(length: UInt64(first.utf8.count + second.utf8.count))
        for var text in [first, second] {
            text.withUTF8 { hash.update(UnsafeRawBufferPointer($0)) }
        }
    }

    mutating func add(_ digest: ContentDigest?) {
        guard let digest else { return add(length: UInt64.max) }
        digest.fourWords.withUnsafeBytes { hash.update($0) }
    }

    mutating func add(_ ownership: Ownership) {
        add(ownership.owner, ownership.group)
        add(length: UInt64(ownership.mode.bits))
    }

    private mutating func add(length: UInt64) {
        withUnsafeBytes(of: length.littleEndian) { hash.update($0) }
    }

    var digest: ContentDigest { hash.finish() }
}

package import Facts
package import Machine
package import Reconcile
package import Release
package import Services

/// Looks at the host: every file in full, all units in one call; nothing is changed.
package struct Observer: Sendable {
    let files: HostFiles
    let accounts: Accounts
    let services: any ServiceManager
    let releases: Releases

    package init(
        files: HostFiles, accounts: Accounts, services: any ServiceManager, releases: Releases
    ) {
        self.files = files
        self.accounts = accounts
        self.services = services
        self.releases = releases
    }

    /// `sources`: the checkout that holds the wanted bytes.
    /// `inventory`: what earlier turns made, wanted or not.
    package func observe(
        _ desired: Desired, sources: HostFiles, inventory: Set<Address>
    ) -> Observed {
        var observed = Observed()
        look(at: desired, sources, &observed)
        var units = Set(desired.services.keys)
        for address in inventory {
            switch address {
            case .directory(let path), .file(let path), .link(let path):
                look(at: path, nil, &observed)
            case .user, .group: break
            case .unit(let name):
                units.insert(name)
                look(at: Layout.unitFile(of: name), nil, &observed)
                look(at: Layout.releaseLink(of: name), nil, &observed)
            }
        }
        observed.units = status(of: units.sorted())
        observed.ownUnit =
            observed.units.value?.first {
                $0.value.mainProcess == thisProcess()
            }?.key
        if files.honoursOwners { observed.missingAccounts = missingAccounts(desired) }
        if let release = desired.release {
            do throws(MachineError) {
                observed.releaseIsInstalled = try releases.isInstalled(release.text)
            } catch {
                observed.releaseIsInstalled = false
            }
        }
        return observed
    }

    /// One look at units alone.
    package func status(of units: [UnitName]) -> Reading<[UnitName: UnitStatus]> {
        do throws(ServicesError) {
            return .present(try services.look(at: units))
        } catch {
            return .unreadable(reason: error.description)
        }
    }

    private func look(at desired: Desired, _ sources: HostFiles, _ observed: inout Observed) {
        for path in desired.directories.keys { look(at: path, nil, &observed) }
        for (path, file) in desired.files {
            look(at: path, expected(file.source, sources), &observed)
        }
        for (name, service) in desired.services {
            look(
                at: Layout.unitFile(of: name), service.unit.flatMap { expected($0, sources) },
                &observed)
            look(at: Layout.releaseLink(of: name), nil, &observed)
        }
    }

    private func expected(_ source: SourceFile, _ sources: HostFiles) -> ExpectedBytes? {
        do throws(BadPath) {
            return ExpectedBytes(
                files: sources, path: try HostPath("/" + source.path), size: source.size)
        } catch {
            return nil
        }
    }

    private func look(at path: HostPath, _ expected: ExpectedBytes?, _ observed: inout Observed) {
        guard observed.files[path] == nil else { return }
        observed.files[path] = files.status(of: path, comparedWith: expected, accounts: accounts)
    }

    private func look(at text: String, _ expected: ExpectedBytes?, _ observed: inout Observed) {
        do throws(BadPath) {
            look(at: try HostPath(text), expected, &observed)
        } catch {
            // A unit's name is checked; a path made of it that is none is never looked at, and
            // the planner takes what was not looked at for unreadable.
        }
    }

    private func missingAccounts(_ desired: Desired) -> [String] {
        let owned = Array(desired.directories.values) + desired.files.values.map(\.ownership)
        let users = Set(owned.map(\.owner)).subtracting(["root"])
        let groups = Set(owned.map(\.group)).subtracting(["root"])
        return users.filter { !accounts.hasUser($0) }.sorted().map { "user \($0)" }
            + groups.filter { !accounts.hasGroup($0) }.sorted().map { "group \($0)" }
    }
}

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

    /// `contents`: the wanted bytes.
    /// `inventory`: what earlier turns made, wanted or not.
    /// `made`: what of it belongs to units.
    /// `moved`: what earlier turns moved aside, by its own place.
    /// `index`: files that need not be read again; nil reads all of them.
    /// `key`: for fingerprints of credentials; nil sees none of them.
    /// `ahead`: what was looked at before, as `lookAhead` says; its index counts then.
    /// `programs`: what the release would be installed from; nil when it is, or is not here yet.
    package func observe(
        _ desired: Desired, contents: Contents, inventory: Set<Address>,
        made: [UnitName: Set<HostPath>] = [:], moved: [HostPath: HostPath] = [:],
        index: FileIndex? = nil, key: FingerprintKey? = nil, ahead: Ahead? = nil,
        programs: Programs? = nil
    ) -> Observed {
        let look = ahead?.files ?? HostLook(files, accounts: accounts, index: index)
        look.forgetWhatIsOld()
        var places = Places(look, moved)
        places.look(at: desired, contents)
        let units = Self.units(of: desired, inventory)
        for address in inventory { places.look(at: address) }
        let folder = unitFolder(desired)
        for path in made.values.joined() { places.look(at: path, isWanted: false) }
        for path in dropIns(of: desired, folder.value) { places.look(at: path, isWanted: false) }
        places.list(desired.foldersToList(inventory, made))
        places.lookForStrangers(in: desired)
        var observed = places.observed
        observed.spares = places.spares(in: files)
        observed.unitFolder = folder
        observed.unitTexts = unitTexts(desired, observed.files, folder.value)
        observed.missingPrograms = missingPrograms(desired)
        observed.credentials = credentials(desired, key)
        if files.honoursOwners {
            observed.missingAccounts = missingAccounts(desired)
            observed.accounts = seen(desired, inventory)
        }
        if let release = desired.release {
            do throws(MachineError) {
                observed.releaseIsInstalled = try releases.isInstalled(release.text)
            } catch {
                observed.releaseIsInstalled = false
            }
            observed.formats = formats(of: release, programs)
        }
        // Last: systemd takes longer to answer than all the rest takes.
        observed.units = withPrograms(
            ahead?.units?.answer(for: units) ?? status(of: units), desired)
        let own = thisProcess()
        observed.ownUnit = observed.units.value?.first { $0.value.mainProcess == own }?.key
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

    /// Looks at the files of what earlier turns made while something else is waited for.
    ///
    /// `units`: what is being asked of them.
    /// `index`: as `observe` takes it.
    func lookAhead(_ inventory: Set<Address>, _ units: UnitsAhead?, index: FileIndex) -> Ahead {
        let look = HostLook(files, accounts: accounts, index: index)
        look.lookAhead(at: inventory.flatMap(\.places))
        return Ahead(units: units, files: look, index: index)
    }

    /// Asks for the units among what earlier turns made, on a thread of its own: systemd takes
    /// longer to answer than a turn takes for the rest.
    func lookAhead(atUnits inventory: Set<Address>) -> UnitsAhead? {
        let units = Self.units(inventory)
        if units.isEmpty { return nil }
        do throws(MachineError) {
            return try UnitsAhead(units) { status(of: units) }
        } catch {
            // No thread is left: they are asked for in their turn.
            return nil
        }
    }

    /// The units that one observation has to ask for, sorted.
    static func units(of desired: Desired, _ inventory: Set<Address>) -> [UnitName] {
        Set(desired.services.keys).union(units(inventory)).sorted()
    }

    /// The units among what earlier turns made, sorted.
    static func units(_ inventory: Set<Address>) -> [UnitName] {
        inventory.compactMap { if case .unit(let name) = $0 { name } else { nil } }.sorted()
    }

    private func missingAccounts(_ desired: Desired) -> [String] {
        var owned = Set(desired.directories.values)
        // One after another have the same owner, nearly always.
        var last: Ownership?
        for file in desired.files.values where file.ownership != last {
            owned.insert(file.ownership)
            last = file.ownership
        }
        for configuration in desired.services.values.compactMap(\.configuration) {
            owned.formUnion([configuration.file, configuration.folder])
        }
        let users = Set(owned.map(\.owner)).subtracting(["root"])
        let groups = Set(owned.map(\.group)).subtracting(["root"])
        return users.filter { !accounts.hasUser($0) }.sorted().map { "user \($0)" }
            + groups.filter { !accounts.hasGroup($0) }.sorted().map { "group \($0)" }
    }
}

extension ExpectedBytes {
    /// The bytes of a file of the commit.
    init(_ source: SourceFile, in contents: Contents) {
        self.init(contents, offset: source.offset, size: source.size, digest: source.digest)
    }
}

/// What was looked at before it was known what is wanted.
package struct Ahead {
    let units: UnitsAhead?
    let files: HostLook
    let index: FileIndex
}

/// Units that are being asked for on a thread of its own.
package struct UnitsAhead: Sendable {
    /// Later than this after it was asked, an answer is no longer what the host is.
    static let freshMax: Duration = .seconds(2)

    private let units: [UnitName]
    private let asked: Asked<Reading<[UnitName: UnitStatus]>>
    private let deadline: ContinuousClock.Instant

    init(
        _ units: [UnitName], _ look: @escaping @Sendable () -> Reading<[UnitName: UnitStatus]>
    ) throws(MachineError) {
        self.units = units
        deadline = ContinuousClock.now + Self.freshMax
        asked = try Asked(look)
    }

    /// The answer when it is for these units and still fresh; nil: ask again.
    func answer(for wanted: [UnitName]) -> Reading<[UnitName: UnitStatus]>? {
        guard wanted == units, ContinuousClock.now < deadline else { return nil }
        return asked.answer(by: deadline)
    }
}

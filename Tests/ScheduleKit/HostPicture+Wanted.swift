/// Whether a host is what a commit says, judged by what is seen from outside.
extension HostPicture {
    /// Everything that is not as it should be, a line each; none: the host is it.
    ///
    /// `bounds`: the envelopes that may be live, one of which has to be. `held`: units that a
    /// person has taken over; of them nothing is demanded.
    func differences(
        from wanted: Wanted, within bounds: Set<Bounds>, held: Set<String> = []
    ) -> [String] {
        let expected = wanted.expectedEntries
        var lines: [String] = []
        for (path, entry) in expected where entries[path] != entry && !isOf(held, path) {
            lines.append("\(path): wanted \(said(entry)), is \(said(entries[path]))")
        }
        lines += strangers(expected, wanted, held)
        lines += processDifferences(wanted, held)
        if let live = self.bounds {
            if !bounds.contains(live) {
                lines.append("envelope: \(live), which is none of \(bounds.map { "\($0)" })")
            }
        } else {
            lines.append("envelope: the reader has no configuration")
        }
        return lines.sorted() + configurationDifferences(wanted, held)
    }

    /// What lies here and no commit wants.
    private func strangers(
        _ expected: [String: Entry], _ wanted: Wanted, _ held: Set<String>
    ) -> [String] {
        let parents = Set((expected.keys + wanted.configurations).flatMap(parentFolders))
        return entries.compactMap { path, entry in
            if expected[path] != nil || wanted.configurations.contains(path) { return nil }
            if path.contains(".v6-displaced") || isOf(held, path) { return nil }
            if wanted.leavesAlone(path) { return nil }
            if case .folder = entry {
                if parents.contains(path) || Self.standing.contains(path) { return nil }
                let inside = path + "/"
                let isEmpty = !entries.keys.contains { $0.hasPrefix(inside) }
                // By hand made for a stray drop-in, which is gone.
                if path.hasSuffix(".service.d"), isEmpty { return nil }
                let keeps = entries.keys.contains {
                    $0.hasPrefix(inside) && ($0.contains(".v6-displaced") || isOf(held, $0))
                }
                if keeps { return nil }
            }
            return "\(path): wanted nothing, is \(said(entry))"
        }
    }

    private static let standing: Set<String> = [
        "/etc", "/etc/v6", "/etc/systemd", "/etc/systemd/system",
        "/etc/systemd/system/multi-user.target.wants",
    ]

    private func processDifferences(_ wanted: Wanted, _ held: Set<String>) -> [String] {
        func isHeld(_ number: Int) -> Bool {
            let place = number / 100_000 - 1
            return Places.services.indices.contains(place) && held.contains(Places.services[place])
        }
        let expected = wanted.services.values.filter { $0.isRunning && !$0.isMasked }
            .map(\.number).filter { !isHeld($0) }.sorted()
        let running = numbers.filter { !isHeld($0) }
        return running == expected ? [] : ["running: wanted \(expected), is \(running)"]
    }

    /// Configuration is there, says what the commit says, and is what the process loaded.
    private func configurationDifferences(_ wanted: Wanted, _ held: Set<String>) -> [String] {
        wanted.services.sorted { $0.key < $1.key }.flatMap { name, service -> [String] in
            guard service.reads, !service.isMasked, !held.contains(name) else { return [] }
            let stem = String(name.prefix { $0 != "." })
            guard case .file(let text, let mode)? = entries["/etc/v6/\(stem)/config.json"] else {
                return ["configuration of \(name): there is none"]
            }
            var lines: [String] = []
            if !text.contains("\"level\": \"\(wanted.logLevel)\"") {
                lines.append("configuration of \(name): not level \(wanted.logLevel): \(text)")
            }
            if mode != 0o640 { lines.append("configuration of \(name): mode \(octal(mode))") }
            if service.isRunning, loaded[stem] != text {
                lines.append("running: \(name) has loaded another configuration")
            }
            return lines
        }
    }
}

/// Whether a path belongs to one of these units.
private func isOf(_ units: Set<String>, _ path: String) -> Bool {
    units.contains { unit in
        path.contains(unit) || path.hasPrefix("/etc/v6/\(unit.prefix { $0 != "." })/")
            || path == "/etc/v6/\(unit.prefix { $0 != "." })"
    }
}

private func parentFolders(of path: String) -> [String] {
    var parts = path.split(separator: "/")
    var result: [String] = []
    while !parts.isEmpty {
        parts.removeLast()
        result.append(parts.reduce("") { $0 + "/" + $1 })
    }
    return result
}

extension Wanted {
    /// Rendered configurations, whose bytes only the reconciler knows.
    fileprivate var configurations: [String] {
        services.filter { $0.value.reads && !$0.value.isMasked }
            .map { "/etc/v6/\($0.key.prefix { $0 != "." })/config.json" }
    }

    /// A drop-in by hand of a unit that has no unit file here is nobody's business.
    fileprivate func leavesAlone(_ path: String) -> Bool {
        guard let match = path.firstMatch(of: /\/(\w+\.service)\.d(\/99-stray\.conf)?$/) else {
            return false
        }
        return services[String(match.output.1)].map(\.isMasked) ?? true
    }

    /// All that has to be there byte for byte.
    fileprivate var expectedEntries: [String: HostPicture.Entry] {
        var result: [String: HostPicture.Entry] = [:]
        for (path, file) in files { result[path] = .file(text: text(of: path), mode: file.mode) }
        for (path, mode) in folders { result[path] = .folder(mode: mode) }
        for (path, target) in links { result[path] = .link(to: target) }
        for (path, tree) in trees {
            result[path] = .folder(mode: tree.mode)
            for (name, text) in tree.files {
                let file = "\(path)/\(name)"
                result[file] = .file(text: text, mode: tree.fileMode)
                for parent in parentFolders(of: file) where parent.hasPrefix(path + "/") {
                    result[parent] = .folder(mode: tree.mode)
                }
            }
        }
        for (name, service) in services { result.merge(service.expected(name)) { $1 } }
        return result
    }
}

extension Wanted.Service {
    fileprivate func expected(_ name: String) -> [String: HostPicture.Entry] {
        let file = "/etc/systemd/system/\(name)"
        if isMasked { return [file: .link(to: "/dev/null")] }
        var result: [String: HostPicture.Entry] = [
            file: .file(text: unitText(name), mode: 0o644)
        ]
        if let dropIn {
            result["\(file).d/10-number.conf"] = .file(
                text: Self.dropInText(dropIn), mode: 0o644)
        }
        if isEnabled {
            result["/etc/systemd/system/multi-user.target.wants/\(name)"] = .link(to: file)
        }
        return result
    }
}

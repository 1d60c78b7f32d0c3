import Facts
import UnitFile

/// What has to be done so that a unit starts at boot, or does not.
enum EnablementWish: Hashable {
    case asWanted
    case act(UnitAction)
    /// In words for the operator.
    case impossible(String)
}

/// Compares what is wanted with systemd's word and with the links that lie there.
///
/// `word`: as `systemctl is-enabled` says it; empty where the unit file is not there.
/// `links`: folders with a link to the unit.
/// `file`: the unit file that is wanted with its drop-ins; nil for a unit of others, of which the
/// word alone tells.
///
/// Source: systemctl(1), "is-enabled".
func enablementWish(
    _ isWanted: Bool, word: String, links: Set<String>, file: UnitText?
) -> EnablementWish {
    // Of a file that is masked or missing systemd does not say whether links to it are left.
    let isHidden = word.isEmpty || word == "masked" || word == "masked-runtime"
    let isEnabled = word == "enabled" || (isHidden && !links.isEmpty)
    guard isWanted else {
        let isLinked = isEnabled || word == "enabled-runtime" || (file != nil && !links.isEmpty)
        return isLinked ? .act(.disable) : .asWanted
    }
    guard let file else {
        switch word {
        case "static", "generated", "transient", "alias":
            return .impossible("it is \(word), which cannot be enabled")
        case "indirect": return .asWanted
        default: return isEnabled ? .asWanted : .act(.enable)
        }
    }
    guard let folders = file.enablingFolders, !folders.isEmpty else {
        if file.enablingFolders == nil { return isEnabled ? .asWanted : .act(.enable) }
        if !file.enablesMore { return .impossible("its unit file has nothing in [Install]") }
        return isEnabled || word == "indirect" ? .asWanted : .act(.enable)
    }
    if links == folders { return .asWanted }
    return .act(links.isEmpty ? .enable : .reenable)
}

extension Planner {
    /// - Returns: false when it cannot become what is wanted.
    mutating func planEnablement(_ group: inout UnitGroup) -> Bool {
        let before =
            live.originals.units[group.name]?.isEnabled
            ?? live.originals.before[group.name]?.isEnabled
        guard let isWanted = group.service.enabled ?? before else { return true }
        let word = group.isNew ? "" : group.status.enablement
        let wish = enablementWish(
            isWanted, word: word, links: folder.links[group.name] ?? [],
            file: group.service.unit == nil ? nil : group.service.effectiveText)
        switch wish {
        case .asWanted: break
        case .impossible(let reason):
            // What was found so before is not worth a turn: nobody wants it enabled now.
            guard group.service.enabled != nil else { return true }
            plan.obstacles.append(Obstacle("\(group.address)", reason))
            return false
        case .act(let action):
            if !group.isNew { group.details.append(detail(of: action, word)) }
            group.links.append(.unit(action, group.name))
        }
        return true
    }

    private func detail(of action: UnitAction, _ word: String) -> String {
        switch action {
        case .reenable: "enabled by other links"
        case .disable: word == "enabled-runtime" ? word : "enabled"
        default: word == "disabled" || word.isEmpty ? "not enabled" : "\(word), not enabled"
        }
    }
}

package import Facts
package import YAML

/// Desired state of one commit for one environment, with all that was read on the way to it.
package struct Resolution: Sendable {
    /// What the host should become.
    package let desired: Desired
    /// What is allowed and yet worth a look, in the order of the places.
    package let warnings: [YAMLFault]
    /// All layers in one, with where each value stands.
    let document: YAMLNode
}

/// Reads desired state for one environment.
///
/// `roots`: folders that managed paths must lie in. `variables`: the host's own file, nil where it
/// has none. `isRecorded`: it was applied once, so that variables that would raise its risk lay
/// nothing over it instead of being faults; a host must always be able to go back. `envelope`: what
/// no value of it may be looser than; nil for no such bound.
/// Throws `YAMLFaults`, all of them at once, in order of place.
package func resolveDesired(
    _ environment: String, from checkout: Checkout, roots: [HostPath],
    variables: YAMLSource? = nil, isRecorded: Bool = false, within envelope: Envelope? = nil
) throws(YAMLFaults) -> Resolution {
    var faults: [YAMLFault] = []
    let settings = variables.map { HostVariables.read($0, &faults) } ?? []
    let documents = Documents(of: checkout)
    let document: YAMLNode
    do throws(YAMLFaults) {
        document = try documents.resolved("\(environment).yaml")
    } catch {
        let others = documents.faults(besides: error, for: environment)
        throw YAMLFaults(withSecrets(error.faults + others + faults, checkout.secrets)) ?? error
    }
    var node = HostVariables.lay(settings, over: document, &faults)
    if let envelope { node = envelope.laid(over: node) }
    if isRecorded { faults = [] }
    var reader = DesiredReader(node, checkout: checkout, roots: roots, environment: environment)
    let desired = reader.read()
    if let faults = YAMLFaults(withSecrets(faults + reader.faults, checkout.secrets)) {
        throw faults
    }
    return Resolution(desired: desired, warnings: reader.warnings.sorted(), document: node)
}

/// The same, for whoever needs the result alone.
package func readDesired(
    _ environment: String, from checkout: Checkout, roots: [HostPath], variables: YAMLSource? = nil
) throws(YAMLFaults) -> Desired {
    try resolveDesired(environment, from: checkout, roots: roots, variables: variables).desired
}

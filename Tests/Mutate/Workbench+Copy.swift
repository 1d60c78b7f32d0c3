import Facts
import Machine

extension Workbench {
    /// Makes the copy what the checkout's work tree is, changes that are not committed included.
    ///
    /// A file that is the same already is not touched, so that its build is still good.
    func copyCheckout() throws(WorkbenchError) {
        let listed = try git([
            "-C", checkout.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard",
        ])
        guard listed.succeeded else { throw WorkbenchError(reason: listed.errorText) }
        let wanted = Set(names(in: listed))
        let there = try run(
            Command(
                "/usr/bin/find", [tree.root, "-type", "f", "-printf", "%P\\0"],
                deadline: Self.toolDeadline))
        do throws(MachineError) {
            let accounts = Accounts()
            for name in wanted.sorted() { try copy(try hostPath(name), accounts) }
            for name in Set(names(in: there)).subtracting(wanted) {
                try tree.remove(try hostPath(name))
            }
        } catch {
            throw WorkbenchError(reason: error.description)
        }
    }

    private func names(in result: CommandResult) -> [String] {
        result.outputText.split(separator: "\0").map(String.init)
    }

    private func copy(_ path: HostPath, _ accounts: Accounts) throws(MachineError) {
        guard let status = checkout.status(of: path, accounts: accounts).value else {
            // Removed from the work tree, and the index does not know yet.
            return try tree.remove(path)
        }
        let bytes = try checkout.read(path)
        let present = tree.status(of: path, accounts: accounts).value
        if present?.mode == status.mode, try tree.read(path) == bytes { return }
        if let folder = path.parent { try tree.makeDirectories(folder) }
        try tree.replace(
            path, with: bytes, Ownership(owner: "root", group: "root", mode: status.mode),
            accounts: accounts)
    }
}

import Facts
import Machine

/// Where the programs of a sandbox's units lie: below its root when their path is under one of the
/// declared roots; others are taken as they stand, such as `/bin/sh`.
struct ProgramPlaces {
    let files: HostFiles
    let roots: [HostPath]

    /// As the operating system sees it; what is no path is left to the one who starts it.
    func place(of program: String) -> String {
        do throws(BadPath) {
            return place(of: try HostPath(program))
        } catch {
            return program
        }
    }

    func place(of program: HostPath) -> String {
        roots.contains(where: program.isWithin) ? files.place(of: program) : program.text
    }
}

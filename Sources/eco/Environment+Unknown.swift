// Variables that were meant for eco and are none of its own.
import LinuxIO

extension Environment {
    /// The variables that begin like eco's own and are not known, each with the known one that it may have been meant for.
    static func unknownVariables(
        among variables: [ProcessEnvironment.Variable] = ProcessEnvironment.variables
    ) -> [(name: String, nearest: String?)] {
        let names = variables.filter { !$0.value.isEmpty && $0.name.starts(with: "ECO_".utf8) }
            .map { NotUTF8($0.name).escaped }
            // eco check marks the processes of a server with the last.
            .filter { !Self.variables.contains($0) && $0 != ProcessTree.variable }
        return names.map { name in
            (name, Spelling.nearest(to: name, among: Self.variables, within: 4))
        }
    }
}

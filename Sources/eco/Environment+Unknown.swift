// Variables that were meant for eco but are unknown.
import LinuxIO

extension Environment {
    /// The unknown variables that begin like eco's own, each with the known one that was probably meant.
    static func unknownVariables(
        among variables: [ProcessEnvironment.Variable] = ProcessEnvironment.variables
    ) -> [(name: String, nearest: String?)] {
        let names = variables.filter { !$0.value.isEmpty && $0.name.starts(with: "ECO_".utf8) }
            .map { NotUTF8($0.name).escaped }
            // eco check marks the processes of a server with the last one.
            .filter { !Self.variables.contains($0) && $0 != ProcessTree.variable }
        return names.map { name in
            (name, Spelling.nearest(to: name, among: Self.variables, within: 4))
        }
    }
}

// Variables that were meant for eco and are none of its own.
import LinuxIO

extension Environment {
    /// The variables that begin like eco's own and are not known, each with the known one that is spelt most like it.
    static func unknownVariables(
        among variables: [ProcessEnvironment.Variable] = ProcessEnvironment.variables
    ) -> [(name: String, nearest: String)] {
        let known = options.map(variable(of:))
        let names = variables.filter { !$0.value.isEmpty && $0.name.starts(with: "ECO_".utf8) }
            .map { NotUTF8($0.name).escaped }
            // eco check marks the processes of a server with the last.
            .filter { !known.contains($0) && $0 != ProcessTree.variable }
        return names.map { name in
            (name, known.min { Self.distance($0, name) < Self.distance($1, name) } ?? known[0])
        }
    }

    /// How many characters have to be added, left out or changed to make one of the other (Levenshtein).
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (index, byte) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for place in right.indices {
                let above = row[place + 1]
                row[place + 1] = min(diagonal + (byte == right[place] ? 0 : 1), above + 1, row[place] + 1)
                diagonal = above
            }
        }
        return row[right.count]
    }
}

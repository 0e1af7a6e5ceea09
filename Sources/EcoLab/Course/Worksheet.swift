// A page on which to predict, before anything is measured.

/// The worksheet of a course: for each scenario the servers to be ranked, and room to say why. Markdown, in 80 columns.
public struct Worksheet {
    public let text: String

    public init(_ experiment: Experiment) {
        let names = experiment.entrants.map(\.name)
        var parts = [
            """
            # Predict, then measure

            Name: ______________________________    Date: ______________

            The servers: \(names.joined(separator: ", "))

            For each question: rank the servers, the best first. Write how many times
            as much the last one takes as the first. Say why, in terms of what the
            servers do: system calls, threads, context switches, memory, waiting.
            Then measure, and compare.
            """
        ]
        for (number, scenario) in experiment.scenarios.enumerated() {
            let own = experiment.entrants.filter { $0.model != nil }.map(\.name)
            let ranked = scenario == .blockingWork ? own : names
            let fails = ranked.contains("sequential") || ranked.count > 2
            parts.append(
                """
                ## \(number + 1). \(scenario.title) (\(scenario.rawValue))

                \(Self.wrapped(scenario.question))

                \(ranked.indices.map { "\($0 + 1). ____________" }.joined(separator: "   "))

                last / first: ______ times\(fails ? "      who cannot do it at all: ______________________" : "")

                Because: ______________________________________________________________

                _______________________________________________________________________

                Measured: _____________________________________________________________
                """)
        }
        parts.append(
            """
            ## Afterwards

            Which prediction was furthest off, and what had you not thought of?

            _______________________________________________________________________

            _______________________________________________________________________
            """)
        text = parts.joined(separator: "\n\n") + "\n"
    }

    /// Lines of at most 76 characters.
    private static func wrapped(_ text: String) -> String {
        var lines = [""]
        for word in text.split(separator: " ") {
            if lines[lines.count - 1].count + word.count > 75 { lines.append("") }
            let last = lines.count - 1
            lines[last] += lines[last].isEmpty ? String(word) : " \(word)"
        }
        return lines.joined(separator: "\n")
    }
}

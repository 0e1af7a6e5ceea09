// A page for predictions, to be filled in before anything is measured.
public import Support

/// The worksheet of a course: for each scenario the servers to rank, and room to explain why. Markdown, in 80 columns.
public struct Worksheet {
    public let text: String

    private static let line = String(repeating: "_", count: 71)

    public init(_ experiment: Experiment, _ language: Language = .english) {
        let names = experiment.entrants.map(\.name)
        let servers = names.joined(separator: ", ")
        var parts = [
            Text(
                """
                # Predict, then measure

                Name: ______________________________    Date: ______________

                The servers: \(servers)

                For each question: rank the servers, the best first. Write how many times
                as much the last server takes as the first. Say why, in terms of what
                the servers do: system calls, threads, context switches, memory, waiting.
                Then measure, and compare.
                """,
                pt: """
                    # Prever, depois medir

                    Nome: ______________________________    Data: ______________

                    Os servidores: \(servers)

                    Para cada pergunta: ponha os servidores em ordem, o melhor primeiro. Escreva
                    quantas vezes o último gasta o que gasta o primeiro. Diga por quê, pelo que
                    os servidores fazem: chamadas de sistema, threads, trocas de contexto,
                    memória, espera. Depois meça, e compare.
                    """
            ).in(language)
        ]
        for (number, scenario) in experiment.scenarios.enumerated() {
            let ranked = scenario.participants(experiment)
            // Four per line.
            let places = ranked.indices.map { index in
                "\(index + 1). ____________" + (index == ranked.count - 1 ? "" : index % 4 == 3 ? "\n\n" : "   ")
            }.joined()
            let (ratio, failing, because, measured) = (
                Text("last / first: ______ times", pt: "último / primeiro: ______ vezes").in(language),
                Text("who cannot do it at all:", pt: "quem não consegue de modo algum:").in(language),
                Text("Because:", pt: "Porque:").in(language), Text("Measured:", pt: "Medido:").in(language)
            )
            parts.append(
                """
                ## \(number + 1). \(scenario.title.in(language)) (\(scenario.rawValue))

                \(scenario.question.in(language).wrapped(76).joined(separator: "\n"))

                \(places)

                \(ratio)   \(failing) __________

                \(because)

                \(Self.line)

                \(Self.line)

                \(measured)

                \(Self.line)
                """)
        }
        parts.append(
            Text(
                """
                ## Afterwards

                Which prediction was furthest off, and what had you not thought of?
                """,
                pt: """
                    ## No fim

                    Qual previsão ficou mais longe, e em que você não tinha pensado?
                    """
            ).in(language) + "\n\n\(Self.line)\n\n\(Self.line)")
        text = parts.joined(separator: "\n\n") + "\n"
    }
}

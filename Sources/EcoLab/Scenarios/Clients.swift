// `clients`: from one client to ten thousand.
import EcoLoad
import Support

enum Clients: ScenarioDescription {
    static let title = Text("From one client to ten thousand", pt: "De um cliente a dez mil")
    static let question = Text(
        "More and more clients talk at the same time. Which servers slow down, which break, and at how many clients?",
        pt: "Cada vez mais clientes falam ao mesmo tempo. Quem fica lento, e quem quebra, com quantos?")
    static let plot = PlotKind.sweep
    static let judged = [JudgedFigure("clients", step: step(Experiment.judgedClients), .processorTime)]

    static func load(_ experiment: Experiment) -> String {
        let steps = experiment.clientSteps.map { "\(Count($0))" }
        return "closed loop: \(steps.listed) clients, 64 bytes, one message in flight each"
    }

    static func step(_ clients: Int) -> String { Count(clients).of("client") }

    static func settings(_ experiment: Experiment) -> [Setting] {
        let seconds = max(0.3, experiment.durationSeconds / 3)
        var setting = Setting(
            .clients,
            experiment.clientSteps.map {
                // Long enough for each client to be answered several times.
                .init(name: step($0), plan: experiment.plan(clients: $0, seconds: max(seconds, Double($0) / 12_000)))
            })
        setting.everyRounds = experiment.sweepEvery
        return [setting]
    }

    static func insight(_ analysis: Analysis) -> String {
        let steps = analysis.document.experiment.clientSteps
        var broken: [String] = []
        var whole: [String] = []
        for entrant in analysis.entrants {
            // The fewest clients at which it broke in any round.
            if let first = steps.first(where: { analysis.failure(entrant.name, "clients", step($0)) != nil }) {
                broken.append("\(entrant.name) breaks at \(step(first))")
            } else if !analysis.runs(entrant.name, "clients", step(steps.last ?? 0)).isEmpty {
                whole.append(entrant.name)
            }
        }
        var text = broken.isEmpty ? "" : broken.joined(separator: "; ") + ". "
        if !whole.isEmpty {
            text += "\(whole.listed) \(whole.count == 1 ? "carries" : "carry") all \(Count(steps.last ?? 0)). "
        }
        let account = analysis.account(judged[0])
        return "\(text)With \(Count(Experiment.judgedClients)) clients: \(account)"
    }
}

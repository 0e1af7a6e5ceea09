// `peak`: peak load.
import EcoLoad
import Support

enum Peak: ScenarioDescription {
    static let title = Text("Peak load", pt: "Carga de pico")
    static let question = Text(
        "100 clients each send the next text as soon as they have their answer. What does a text cost the server?",
        pt:
            "100 clientes enviam, cada um, o próximo texto assim que recebem a resposta. Quanto custa um texto ao servidor?"
    )
    static let plot = PlotKind.bars
    static let judged = [JudgedFigure("peak", .processorTime)]

    static func load(_ experiment: Experiment) -> String {
        "closed loop: \(Experiment.usualClients) clients, 64 bytes, one message in flight each"
    }

    static func settings(_ experiment: Experiment) -> [Setting] {
        [Setting(.peak, [.init(name: "", plan: experiment.plan(clients: Experiment.usualClients))])]
    }

    static func insight(_ analysis: Analysis) -> String {
        let isBound = analysis.entrants.contains { analysis.validity($0.name, "peak")?.wordOfFigures == .lowerBound }
        let limit =
            isBound
            ? " A rate marked LOWER BOUND is limited by the generator; the processor time per message still holds."
            : ""
        return analysis.account(judged[0]) + limit
    }
}

// `peak`: as much as each server can do.
import EcoLoad

enum Peak: ScenarioDescription {
    static let title = "As busy as can be"
    static let question =
        "100 clients each send the next text as soon as they have their answer. What does a text cost the server?"
    static let plot = PlotKind.bars
    static let judged = [JudgedFigure("peak", .processorTime)]

    static func load(_ experiment: Experiment) -> String {
        "closed loop: \(Experiment.usualClients) clients, 64 bytes, one message in flight each"
    }

    static func settings(_ experiment: Experiment) -> [Setting] {
        [Setting(.peak, [.init(name: "", plan: experiment.plan(clients: Experiment.usualClients))])]
    }

    static func insight(_ analysis: Analysis) -> String {
        guard let order = analysis.ranking(judged[0]) else { return analysis.nobody }
        let isBound = order.contains { analysis.validity($0.name, "peak")?.word == .lowerBound }
        let limit =
            isBound
            ? " Where a rate is a LOWER BOUND the client was the limit; the processor time of a message holds all the same."
            : ""
        return order.sentence("the least processor time a message", "the most") + limit
    }
}

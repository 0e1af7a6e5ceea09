// `fixed-rate`: the same load for every server.
import EcoLoad
import Support

enum FixedRate: ScenarioDescription {
    static let title = Text("The same load for all", pt: "A mesma carga para todos")
    static let question = Text(
        "Every server gets the same number of texts per second, which even the slowest can carry. How long do clients wait, and how much processor time does it take?",
        pt:
            "Cada servidor recebe o mesmo número de textos por segundo, que até o mais lento suporta. Quanto os clientes esperam, e quanto de um processador isso custa?"
    )
    static let plot = PlotKind.percentiles
    static let judged = [JudgedFigure("fixed-rate", .p99), JudgedFigure("fixed-rate", .processorTime)]

    static func load(_ experiment: Experiment) -> String {
        let rate =
            experiment.commonRate.map { Count(Int($0)).of("message") } ?? "as many messages as the slowest carries"
        return "open loop: \(rate) per second over \(Experiment.usualClients) clients, 64 bytes"
    }

    static func settings(_ experiment: Experiment) -> [Setting] {
        var plan = experiment.plan(clients: Experiment.usualClients)
        plan.rate = experiment.commonRate ?? Experiment.highestRate
        return [Setting(.fixedRate, [.init(name: "", plan: plan)])]
    }

    static func insight(_ analysis: Analysis) -> String {
        "\(analysis.account(judged[0])) \(analysis.account(judged[1]))"
    }
}

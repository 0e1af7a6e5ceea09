// `churn`: clients that come and go.
import EcoLoad
import Support

enum Churn: ScenarioDescription {
    static let title = Text("Clients that come and go", pt: "Clientes que vêm e vão")
    static let question = Text(
        "Clients connect, are greeted, say tchau, and start over. What does a session cost the server?",
        pt: "Clientes se conectam, são saudados, dizem tchau e começam de novo. Quanto custa uma sessão ao servidor?")
    static let plot = PlotKind.bars
    static let judged = [JudgedFigure("churn", .processorTime, title: "CPU per session")]
    private static let clients = 16

    static func load(_ experiment: Experiment) -> String {
        "\(clients) clients at a time: connect, greeting, tchau, goodbye, again; a session counts as a message"
    }

    static func settings(_ experiment: Experiment) -> [Setting] {
        var plan = experiment.plan(clients: clients)
        plan.mode = .churn
        return [Setting(.churn, [.init(name: "", plan: plan)])]
    }

    static func insight(_ analysis: Analysis) -> String {
        analysis.account(judged[0])
    }
}

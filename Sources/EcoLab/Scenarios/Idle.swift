// `idle`: the memory per idle client.
import EcoLoad
import Support

enum Idle: ScenarioDescription {
    static let title = Text("Idle clients", pt: "Clientes ociosos")
    static let question = Text(
        "Thousands of clients have sent one text and are idle now. How much memory does each of them take?",
        pt: "Milhares de clientes disseram algo uma vez e agora se calam. Quanta memória ocupa cada um deles?")
    static let plot = PlotKind.bars
    /// Idle clients have no meaningful times or rate.
    static let columns = ReportContent.Columns.ofMemory
    static let judged = [JudgedFigure("idle", .memory)]

    static func load(_ experiment: Experiment) -> String {
        "\(Count(experiment.idleClients)) clients send one text each, and then are idle: the growth of the server's own memory per client"
    }

    static func settings(_ experiment: Experiment) -> [Setting] {
        var plan = experiment.plan(clients: experiment.idleClients, seconds: experiment.pace == .quick ? 0.3 : 1)
        plan.warmupSeconds = 0
        // No client sends a second text.
        plan.thinkSeconds = 3600
        return [Setting(.idle, [.init(name: "", plan: plan)])]
    }

    static func insight(_ analysis: Analysis) -> String {
        analysis.account(judged[0])
            + " The kernel's share (sockets and stacks of threads) comes on top and is in the table."
    }
}

// `idle`: what a client costs that only is there.
import EcoLoad
import Support

enum Idle: ScenarioDescription {
    static let title = Text("Idle clients", pt: "Clientes ociosos")
    static let question = Text(
        "Thousands of clients have said something once and are silent now. How much memory does each of them take?",
        pt: "Milhares de clientes disseram algo uma vez e agora se calam. Quanta memória ocupa cada um deles?")
    static let plot = PlotKind.bars
    /// Silent clients have no times and no rate that would say anything.
    static let columns = ReportContent.Columns.ofMemory
    static let judged = [JudgedFigure("idle", .memory)]

    static func load(_ experiment: Experiment) -> String {
        "\(Count(experiment.idleClients)) clients ask once, and then are silent: what the server's own memory has grown by, a client"
    }

    static func settings(_ experiment: Experiment) -> [Setting] {
        var plan = experiment.plan(clients: experiment.idleClients, seconds: experiment.pace == .quick ? 0.3 : 1)
        plan.warmupSeconds = 0
        // Nobody asks a second time.
        plan.thinkSeconds = 3600
        return [Setting(.idle, [.init(name: "", plan: plan)])]
    }

    static func insight(_ analysis: Analysis) -> String {
        analysis.account(judged[0])
            + " The kernel's share, sockets and stacks of threads, comes on top and is in the table."
    }
}

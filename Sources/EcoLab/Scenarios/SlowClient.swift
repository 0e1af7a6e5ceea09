// `slow-client`: three hostile clients, and how much they disturb the others.
import EcoLoad
import Support

enum SlowClient: ScenarioDescription {
    static let title = Text("Bad neighbours", pt: "Maus vizinhos")
    static let question = Text(
        "One client never reads its answers, one sends one byte per second, one sends as fast as it can. How much do they disturb 50 polite clients?",
        pt:
            "Um cliente nunca lê as respostas, um envia um byte por segundo, um envia o mais rápido que pode. O que 50 clientes bem-educados percebem?"
    )
    static let plot = PlotKind.percentiles
    /// The server spends most of its work here on the hostile clients.
    static let columns = ReportContent.Columns.ofTimes
    static let judged = [JudgedFigure("slow-client", .p99)]
    private static let clients = 50

    static func load(_ experiment: Experiment) -> String {
        "open loop: \(Count(Int(rate(experiment))).of("message")) per second over \(clients) polite clients, 64 bytes, beside the three"
    }

    private static func rate(_ experiment: Experiment) -> Double {
        let common = experiment.commonRate ?? 10_000
        return max(min(100, common), common / 10)
    }

    static func settings(_ experiment: Experiment) -> [Setting] {
        var plan = experiment.plan(clients: clients)
        plan.rate = rate(experiment)
        var setting = Setting(.slowClient, [.init(name: "", plan: plan)])
        setting.hasTroublemakers = true
        return [setting]
    }

    static func insight(_ analysis: Analysis) -> String {
        let failed = analysis.entrants.map(\.name).filter { analysis.failure($0, "slow-client") != nil }
        let text = analysis.account(judged[0])
        return failed.isEmpty ? text : "\(text) \(failed.listed) failed."
    }
}

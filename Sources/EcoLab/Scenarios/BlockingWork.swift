// `blocking-work`: texts that are work.
import EcoLoad
import Support

enum BlockingWork: ScenarioDescription {
    static let title = Text("Texts that are work", pt: "Textos que dão trabalho")
    static let question = Text(
        "Each text costs 5 ms of waiting, as for a database, or 200 us of computing. How many texts per second does the server answer for 50 clients?",
        pt:
            "Cada texto custa 5 ms de espera, como por um banco de dados, ou 200 us de cálculo. Quantos textos por segundo 50 clientes têm respondidos?"
    )
    static let plot = PlotKind.bars
    static let judged = works.map { JudgedFigure("\(Scenario.blockingWork.rawValue) \($0)", .rate) }
    static let headlines = judged
    private static let works = ["sleep:5ms", "cpu:200us"]
    private static let clients = 50

    static func load(_ experiment: Experiment) -> String {
        "closed loop: \(clients) clients; each text sleeps 5 ms, or computes for 200 us (our models only)"
    }

    static func settings(_ experiment: Experiment) -> [Setting] {
        works.map { Setting(.blockingWork, simulating: $0, [.init(name: "", plan: experiment.plan(clients: clients))]) }
    }

    static func insight(_ analysis: Analysis) -> String {
        "While a text waits: \(analysis.account(judged[0])) While it computes: \(analysis.account(judged[1]))"
    }
}

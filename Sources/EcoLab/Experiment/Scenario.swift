// The questions that an experiment asks.
public import Support

/// A question, and the load that answers it. Each has its own file in `Scenarios/`.
public enum Scenario: String, Sendable, Codable, CaseIterable {
    case peak
    case fixedRate = "fixed-rate"
    case clients
    case idle
    case churn
    case slowClient = "slow-client"
    case blockingWork = "blocking-work"

    /// Its description.
    var description: any ScenarioDescription.Type {
        switch self {
        case .peak: Peak.self
        case .fixedRate: FixedRate.self
        case .clients: Clients.self
        case .idle: Idle.self
        case .churn: Churn.self
        case .slowClient: SlowClient.self
        case .blockingWork: BlockingWork.self
        }
    }

    /// A few words.
    public var title: Text { description.title }
    /// What students are asked to predict.
    public var question: Text { description.question }
    /// What is done to the servers, in a sentence.
    public func load(_ experiment: Experiment) -> String { description.load(experiment) }

    func settings(_ experiment: Experiment) -> [Setting] { description.settings(experiment) }
    var judged: [JudgedFigure] { description.judged }
    var headlines: [JudgedFigure] { description.headlines }
    var columns: ReportContent.Columns { description.columns }

    /// The servers that take part: with simulated work, only those that can simulate it.
    func participants(_ experiment: Experiment) -> [Entrant] {
        let settings = settings(experiment)
        return experiment.entrants.filter { entrant in settings.contains { experiment.takesPart(entrant, in: $0) } }
    }
}

/// What a scenario's file defines.
protocol ScenarioDescription {
    static var title: Text { get }
    static var question: Text { get }
    static func load(_ experiment: Experiment) -> String
    /// The conditions under which every server is measured.
    static func settings(_ experiment: Experiment) -> [Setting]
    /// The figures by which servers are compared with the baseline.
    static var judged: [JudgedFigure] { get }
    /// Those of them that appear in the summary; by default the first.
    static var headlines: [JudgedFigure] { get }
    /// The columns of its table; by default all.
    static var columns: ReportContent.Columns { get }
    /// What the figures show, in one or two sentences that quote them.
    static func insight(_ analysis: Analysis) -> String
    /// What its plot shows.
    static var plot: PlotKind { get }
}

extension ScenarioDescription {
    static var headlines: [JudgedFigure] { Array(judged.prefix(1)) }
    static var columns: ReportContent.Columns { .all }
}

/// A figure at a setting and a step.
public struct JudgedFigure: Sendable, Equatable {
    public var setting: String
    public var step: String
    public var figure: Figure
    /// The heading of its column.
    var title: String

    init(_ setting: String, step: String = "", _ figure: Figure, title: String? = nil) {
        self.setting = setting
        self.step = step
        self.figure = figure
        self.title = title ?? figure.title
    }
}

/// How a scenario is drawn.
enum PlotKind {
    /// Bars with intervals of the judged figures.
    case bars
    /// Rate and p99 against clients.
    case sweep
    /// Percentiles of times, on a logarithmic axis.
    case percentiles
}

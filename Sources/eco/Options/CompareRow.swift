// The table of the options of `eco compare`.
import EcoLab
import EcoServer

enum CompareRow {
    /// All models except variants that differ from another model in only one respect.
    static let usualModels = ModelCatalog.all.filter { $0.variantOf == nil }.map { $0.names[0] }

    static let models = OptionRow(
        "models", "models", .text("models separated by commas, or none"),
        default: .value(usualModels.joined(separator: ",")),
        "Our models to compare, separated by commas; none leaves them out.",
        details: """
            `poll` and `select` differ from the reactor only in how they wait: `--models reactor,poll,select` compares the three.
            """)
    static let server = OptionRow(
        "server", "server", .form("NAME=COMMAND {port}"),
        "Another server: NAME=COMMAND with {port}, or NAME@9090=COMMAND for a fixed port. May be repeated.",
        mayRepeat: true)
    static let baseline = OptionRow(
        "baseline", "name", .text("the name of one of the servers"), default: .described("reactor, else the first"),
        "The server that all others are compared with.")
    static let scenarios = OptionRow(
        "scenarios", "scenarios", .text("scenarios separated by commas"),
        default: .described("all \(Scenario.allCases.count)"),
        "Only these scenarios, separated by commas.")
    static let rounds = OptionRow(
        "rounds", "n", .whole(1...1000), default: .described("5"), "How many times everything is measured.")
    static let duration = OptionRow(
        "duration", "time", .form("100ms to an hour"), default: .described("3s"), "How long each load is measured.")
    static let quick = OptionRow.flag(
        "quick", "About three minutes for five servers: short loads, which show only big differences.")
    static let full = OptionRow.flag(
        "full", "Fifteen rounds of long loads; the expected time is printed at the start.")
    static let seed = OptionRow(
        "seed", "number", .form("a whole number, 0 or more"), default: .described("random"),
        "The seed of the order of rounds and of the texts.", details: "It is printed.")
    static let out = OptionRow(
        "out", "folder", .text("a folder"), default: .value("report"), "The folder for the report.",
        details: "A folder that has files but no report is refused.")
    static let worksheet = OptionRow.flag(
        "worksheet", "Print a worksheet for predicting the results, and measure nothing.")
    static let lang = OptionRow.language(of: "the worksheet")

    static let table = OptionTable(
        command: "compare",
        rows: [models, server, baseline, scenarios, rounds, duration, quick, full, seed, out, worksheet, lang])
}

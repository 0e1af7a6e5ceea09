// The table of the options of `eco compare`.
import EcoLab
import EcoServer
import Support

enum CompareRow {
    /// All models but those that differ from another in one thing only.
    static let usualModels = ModelCatalog.all.filter { $0.variantOf == nil }.map { $0.names[0] }

    static let models = OptionRow(
        "models", "models", .text("models with commas, or none"), default: .value(usualModels.joined(separator: ",")),
        "Our models to compare, with commas; none leaves them out.",
        details: """
            `poll` and `select` are the reactor but for how they wait: `--models reactor,poll,select` compares the three.
            """)
    static let server = OptionRow(
        "server", "server", .form("NAME=COMMAND {port}"),
        "Another server: NAME=COMMAND with {port}, or NAME@9090=COMMAND for a fixed port. May be repeated.",
        mayRepeat: true)
    static let baseline = OptionRow(
        "baseline", "name", .text("the name of one of the servers"), default: .told("reactor, else the first"),
        "Whom all others are compared with.")
    static let scenarios = OptionRow(
        "scenarios", "scenarios", .text("scenarios with commas"), default: .told("all \(Scenario.allCases.count)"),
        "Only these scenarios, with commas.")
    static let rounds = OptionRow(
        "rounds", "n", .whole(1...1000), default: .told("5"), "How often everything is measured.")
    static let duration = OptionRow(
        "duration", "time", .form("100ms to an hour"), default: .told("3s"), "How long each load is measured.")
    static let quick = OptionRow.flag(
        "quick", "Some three minutes for five servers: short loads, which show big differences only.")
    static let full = OptionRow.flag(
        "full", "Fifteen rounds of long loads; how long that takes is said before it begins.")
    static let seed = OptionRow(
        "seed", "number", .form("a whole number, 0 or more"), default: .told("by chance"),
        "What the order of the rounds and the texts begin from.", details: "It is printed.")
    static let out = OptionRow(
        "out", "folder", .text("a folder"), default: .value("report"), "Where the report goes.",
        details: "A folder that has files and no report is refused.")
    static let worksheet = OptionRow.flag(
        "worksheet", "Print a page on which to predict the results, and measure nothing.")
    static let lang = OptionRow(
        "lang", "language", .words(Language.allCases.map(\.rawValue)), default: .told("that of the locale"),
        "The language of the worksheet: en or pt.")

    static let table = OptionTable(
        command: "compare",
        rows: [models, server, baseline, scenarios, rounds, duration, quick, full, seed, out, worksheet, lang])
}

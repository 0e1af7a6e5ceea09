// The table of the options of `eco check`.
import EcoCheck
import Support

enum CheckRow {
    static let spawn = OptionRow(
        "spawn", "command", .text("a command with {port} in it"),
        "A command that starts the server; {port} in it becomes a free port.",
        details: """
            The shell runs it, once and again whenever a case needs a new server or has spoiled the old one. Nothing of it is left in \
            the end, nor after Ctrl-C.
            """)
    static let port = OptionRow(
        "port", "port", .whole(1...65_535), "The port at which the command listens, if it cannot be told.")
    static let only = OptionRow(
        "only", "ids", .text("cases like 3.2, or 3 for a section, with commas"),
        default: .told("all cases of the level"),
        "Only these cases: 3.2, or 3 for a section; with commas.", details: "Of any level. May be repeated.",
        mayRepeat: true)
    static let level = OptionRow(
        "level", "level", .words(Level.allCases.map(\.rawValue)), default: .value("hostile"),
        "The level that has to hold, with those before it: lesson, robust or hostile.",
        details: """
            Its cases and those of the levels before it are run. If `--only` leaves none of them, nothing is decided, and the status \
            is 1.
            """)
    static let list = OptionRow.flag("list", "List the cases that would be run, and check nothing.")
    static let json = OptionRow(
        "json", "file", .text("a file"), "Write the results there, for programs.",
        details: "The file is made before the check begins.")
    static let junit = OptionRow(
        "junit", "file", .text("a file"), "Write the results there, for continuous integration.",
        details: "The file is made before the check begins.")
    static let seed = OptionRow(
        "seed", "number", .form("a whole number, 0 or more"), default: .value("1"),
        "What the random texts of case 3.9 begin from.")
    static let patience = OptionRow(
        "patience", "factor", .number(0.1...1000), default: .value("2"),
        "How long to wait for answers: twice the number is twice as long.")
    static let lang = OptionRow(
        "lang", "language", .words(Language.allCases.map(\.rawValue)), default: .told("that of the locale"),
        "The language of the report: en or pt.")

    static let table = OptionTable(
        command: "check", rows: [spawn, port, only, level, list, json, junit, seed, patience, lang])
}

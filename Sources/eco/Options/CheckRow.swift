// The table of the options of `eco check`.
import EcoCheck

enum CheckRow {
    static let address = OptionRow(
        "address", "address", .text("host:port, or a port"),
        "The server's address: host:port, or a port of this machine.", remedy: ServerAddress.remedy)
    static let spawn = OptionRow(
        "spawn", "command", .text("a command with {port} in it"),
        "A command that starts the server; {port} in it becomes a free port.",
        details: """
            The shell runs it at the start, and again whenever a case needs a new server or has damaged the old one. All of its processes \
            are ended when the check ends, also after Ctrl-C.
            """)
    static let port = OptionRow(
        "port", "port", .whole(1...65_535), "The port that the command listens on, if it takes no port.")
    static let only = OptionRow(
        "only", "ids", .text("cases like 3.2, or 3 for a section, separated by commas"),
        default: .described("all cases of the level"),
        "Only these cases: 3.2, or 3 for a section; separated by commas.", details: "Of any level. May be repeated.",
        mayRepeat: true)
    static let level = OptionRow(
        "level", "level", .cases(of: Level.self), default: .value("hostile"),
        "The level to pass, together with those below it: lesson, robust or hostile.",
        details: """
            Its cases and those of the levels below it are run. If `--only` selects none of them, nothing is decided, and the status \
            is 1.
            """)
    static let list = OptionRow.flag("list", "List the cases that would run, and check nothing.")
    static let json = OptionRow(
        "json", "file", .text("a file"), "Write the results to this file, for programs.",
        details: "The file is created before the check begins.")
    static let junit = OptionRow(
        "junit", "file", .text("a file"), "Write the results to this file, for continuous integration.",
        details: "The file is created before the check begins.")
    static let seed = OptionRow(
        "seed", "number", .whole(0...Int.max, kind: "a whole number"), default: .value("1"),
        "The seed of the random texts of case 3.9.")
    static let patience = OptionRow(
        "patience", "factor", .number(0.1...1000), default: .value("2"),
        "How long to wait for answers; 4 waits twice as long as 2.")
    static let lang = OptionRow.language(of: "the report")

    static let table = OptionTable(
        command: "check", arguments: [address],
        rows: [spawn, port, only, level, list, json, junit, seed, patience, lang])
}

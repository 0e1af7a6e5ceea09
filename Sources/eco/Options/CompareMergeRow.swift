// What `eco compare merge` takes.

enum CompareMergeRow {
    static let folders = OptionRow(
        "folders", "folders", .text("two folders or more"), "Folders that eco compare wrote, one per machine.",
        mayRepeat: true)
    static let out = OptionRow(
        "out", "file", .text("a file"), "Write the table to this file instead of printing it.")

    static let table = OptionTable(command: "compare merge", arguments: [folders], rows: [out])
}

// What `eco load merge` takes.

enum LoadMergeRow {
    static let files = OptionRow(
        "files", "files", .text("two files or more"), "Files that --json wrote, one per machine.", mayRepeat: true)
    static let json = OptionRow("json", "file", .text("a file"), "Write the sum to this file.")

    static let table = OptionTable(command: "load merge", arguments: [files], rows: [json])
}

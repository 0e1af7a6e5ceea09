// What `eco load diff` takes.

enum LoadDiffRow {
    static let before = OptionRow(
        "before", "before", .text("a file"), "The results before, a file of --json with --repeat.")
    static let after = OptionRow("after", "after", .text("a file"), "The results after.")

    static let table = OptionTable(command: "load diff", arguments: [before, after])
}

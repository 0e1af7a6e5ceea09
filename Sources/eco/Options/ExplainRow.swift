// What `eco explain` takes.

enum ExplainRow {
    static let topic = OptionRow(
        "topic", "topic", .text("a case or a page"), default: .described("the names of all pages"),
        "A case of eco check, or the name of a page.")
    static let lang = OptionRow.language(of: "the page")

    static let table = OptionTable(command: "explain", arguments: [topic], rows: [lang])
}

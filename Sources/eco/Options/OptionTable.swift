// The tables of options: one for each command with many options.
import ArgumentParser

/// The options of one command, in the order of the documents.
struct OptionTable: Sendable {
    /// The command's name.
    let command: String
    let rows: [OptionRow]
    /// Whether each option can come from the environment.
    var hasVariables = false

    /// All of them.
    static let all = [ServeRow.table, CheckRow.table, LoadRow.table, CompareRow.table]

    /// The table of the command that these arguments call.
    static func of(_ arguments: [String]) -> Self { all.first { $0.command == arguments.first } ?? ServeRow.table }

    /// The row of an option, given with its dashes.
    func row(of option: String) -> OptionRow? { rows.first { $0.option == option } }
}

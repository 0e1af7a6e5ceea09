// The tables of options and arguments: one for each command that the help shows.

/// What one command takes, in the order of the documents.
struct OptionTable: Sendable {
    /// The command's name, after `eco`: `load merge`.
    let command: String
    /// Its values without a name. They have no variable, and no model ignores them; help, complaints and documents are made from them as
    /// from options.
    var arguments: [OptionRow] = []
    var rows: [OptionRow] = []
    /// Whether each option can come from the environment.
    var hasVariables = false

    /// All of them.
    static let all = [
        ServeRow.table, CheckRow.table, ExplainRow.table, LoadRow.table, LoadMergeRow.table, LoadDiffRow.table,
        CompareRow.table, CompareMergeRow.table, CompareRedrawRow.table, StatusRow.table, DoctorRow.table,
    ]

    /// The table of the command that these arguments call.
    static func of(_ arguments: [String]) -> Self {
        let called = all.filter { arguments.starts(with: $0.command.split(separator: " ").map(String.init)) }
        // `load merge` begins like `load`.
        return called.max { $0.command.count < $1.command.count } ?? ServeRow.table
    }

    /// The row of an option, given with its dashes.
    func row(of option: String) -> OptionRow? { rows.first { $0.option == option } }
}

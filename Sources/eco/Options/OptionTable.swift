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

    /// The complaint about a number that was refused: it is out of the range of its option or argument. Nil for other values.
    ///
    /// - Parameter name: as the parser reports it: `--workers` or `<clients>`.
    func complaint(about value: String, of name: String) -> Complaint? {
        if let row = row(of: name) { return row.values.isNumber(value) ? row.outOfRange(value) : nil }
        guard let row = arguments.first(where: { "<\($0.valueName ?? $0.name)>" == name }), row.values.isNumber(value)
        else { return nil }
        return Complaint(.usage, "\(value) is out of range: \(row.remedy)")
    }
}

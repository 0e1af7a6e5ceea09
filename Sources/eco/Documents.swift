// `eco documents`: the generated tables of the documents; `make docs` inserts them.
import ArgumentParser
import EcoServer
import Support

struct Documents: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the tables of the documents, for make docs.", shouldDisplay: false)

    /// Each with the name of its place in the documents.
    static let tables: [(name: String, text: String)] =
        OptionTable.all.map { ("options-\($0.command.replacing(" ", with: "-"))", $0.markdown) }
        + [("models", ModelCatalog.markdown), ("capabilities", Capability.markdown), ("counters", CounterRow.markdown)]

    func run() { say(Self.tables.map { Self.place($0.name, $0.text) }.joined(separator: "\n")) }

    /// A table between the marks of its place in a document.
    static func place(_ name: String, _ text: String) -> String {
        "<!-- \(name):begin -->\n\(text)<!-- \(name):end -->\n"
    }
}

/// A table in Markdown.
struct MarkdownTable {
    private(set) var text = ""

    init(_ columns: [String]) {
        add(columns)
        text += "|" + String(repeating: "---|", count: columns.count) + "\n"
    }

    mutating func add(_ cells: [String]) {
        let escaped = cells.map { $0.replacing("|", with: "\\|") }
        text += "|" + escaped.map { $0.isEmpty ? " |" : " \($0) |" }.joined() + "\n"
    }
}

extension OptionTable {
    fileprivate var markdown: String {
        let kinds = [arguments.isEmpty ? nil : "argument", rows.isEmpty ? nil : "option"].compactMap { $0 }
        var columns = [kinds.alternatives, "takes", "default", "what it does"]
        if hasVariables { columns.insert("environment", at: 3) }
        var table = MarkdownTable(columns)
        for row in arguments {
            let usage = "<\(row.valueName ?? row.name)>" + (row.mayRepeat ? " ..." : "")
            table.add(row.cells(usage, hasVariable: hasVariables))
        }
        for row in rows {
            table.add(row.cells(row.option + (row.valueName.map { " <\($0)>" } ?? ""), hasVariable: hasVariables))
        }
        return table.text
    }
}

extension OptionRow {
    /// - Parameter usage: how it is typed.
    fileprivate func cells(_ usage: String, hasVariable: Bool) -> [String] {
        let takes = if case .flag = values { "" } else { values.description }
        let standard =
            switch fallback {
            case .none: ""
            case .value(let text): "`\(text)`"
            case .described(let text): Self.marked(text)
            }
        let form = valueName == nil ? " (1 or 0)" : mayRepeat ? " (commas between several)" : ""
        let variable = "`\(self.variable)`" + form
        let what = [Self.marked(help), details, modelsNote(mark: "`") ?? ""].filter { !$0.isEmpty }
        return ["`\(usage)`", takes, standard] + (hasVariable ? [variable] : []) + [what.joined(separator: " ")]
    }

    /// With the marks of code around options.
    private static func marked(_ text: String) -> String { text.replacing(/--[a-z][a-z0-9-]*/) { "`\($0.output)`" } }
}

extension ModelCatalog {
    /// How each model serves, and what it keeps.
    fileprivate static var markdown: String {
        var table = MarkdownTable(["model", "how it serves", "what it keeps besides what all models keep"])
        for model in all { table.add([model.names.map { "`\($0)`" }.alternatives, model.summary, kept(by: model)]) }
        return table.text
    }

    private static func kept(by model: any ConcurrencyModel.Type) -> String {
        if let first = all.first(where: { $0.keeps == model.keeps }), first.names != model.names {
            return "the same as `\(first.names[0])`"
        }
        // Whether a client has a thread of its own is how the model serves, which stands beside it.
        let all = Capability.allCases.filter { $0 != .threadPerClient }
        let kept = all.filter(model.keeps.contains)
        let missing = all.filter { !model.keeps.contains($0) }
        if kept.isEmpty { return "nothing" }
        if missing.isEmpty { return "everything" }
        return kept.count < missing.count ? kept.map(\.text).listed : "everything but \(missing.map(\.text).listed)"
    }
}

extension Capability {
    /// Which model keeps which capability.
    fileprivate static var markdown: String {
        var table = MarkdownTable([""] + ModelCatalog.all.map { "`\($0.names[0])`" })
        for capability in allCases {
            table.add([capability.told] + ModelCatalog.all.map { $0.keeps.contains(capability) ? "yes" : "no" })
        }
        return table.text
    }

    /// The capability, and the options that need it.
    private var told: String {
        let options = ServeRow.table.rows.filter { $0.capability == self }.map { row in
            "`\(row.option)`" + (row.otherwise.map { ", else only \($0)" } ?? "")
        }
        return options.isEmpty ? text : "\(text) (\(options.joined(separator: "; ")))"
    }
}

extension CounterRow {
    fileprivate static var markdown: String {
        var table = MarkdownTable(["field", "kind", "unit", "what it counts"])
        for row in ServerCounters.table {
            let field = row.cause.map { "\(row.name).\($0)" } ?? row.name
            table.add(["`\(field)`", row.kind.rawValue, row.unit, row.help])
        }
        return table.text
    }
}

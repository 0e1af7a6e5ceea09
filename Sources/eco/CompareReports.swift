// `eco compare merge` and `eco compare redraw`: existing reports.
import ArgumentParser
import EcoLab
import EcoLoad
import LinuxIO

struct CompareMerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Join several reports, such as a class's, in one table.")

    @Argument(CompareMergeRow.folders) var folders: [String]
    @Option(CompareMergeRow.out) var out: String?

    func run() throws {
        guard folders.count > 1 else {
            throw Complaint(.usage, "one report cannot be merged: give two folders or more")
        }
        try demandOther(out)
        var reports: [(name: String, document: ComparisonDocument)] = []
        var complaints: [Complaint] = []
        for folder in folders {
            do throws(Complaint) {
                let document = try ComparisonDocument(inFolder: folder)
                reports.append((name: Self.name(of: folder, among: folders), document: document))
            } catch {
                complaints.append(error)
            }
        }
        if reports.isEmpty, let first = complaints.first { throw first }
        // If one group has no report, the others are still shown.
        for complaint in complaints { Streams.warn("left out of the table: \(complaint.description)") }
        try demandDifferent(reports)
        let text = ClassTable(reports).text
        guard let out else { return say(text) }
        try ResultFile(out, option: "--out").write(text)
    }

    /// Refuses to overwrite a file of the merged reports with the table.
    private func demandOther(_ out: String?) throws {
        guard let out, let identity = OutputFile.identity(of: out) else { return }
        let inputs = folders.flatMap { folder in
            SystemFile.entries(of: folder).compactMap { OutputFile.identity(of: "\(folder)/\($0)") }
        }
        guard inputs.contains(identity) else { return }
        throw Complaint(.usage, "--out \(out) is a file of a report that is to be merged: give another file")
    }

    /// Refuses to show one report as two machines.
    private func demandDifferent(_ reports: [(name: String, document: ComparisonDocument)]) throws {
        var former: [[Double]: String] = [:]
        for (name, document) in reports {
            // No other experiment started in the same microsecond and took as long.
            if let other = former.updateValue(name, forKey: [document.begin, document.seconds]) {
                throw Complaint(.dataError, "\(other) and \(name) hold the same results: give each report once")
            }
        }
    }

    /// The last component of the path that differs from the others.
    private static func name(of folder: String, among folders: [String]) -> String {
        func last(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
        return folders.count { last($0) == last(folder) } > 1 ? folder : last(folder)
    }
}

struct CompareRedraw: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redraw",
        abstract: "Write a report again from its results.json, for instance after installing gnuplot."
    )

    @Argument(CompareRedrawRow.folder) var folder: String

    func run() throws {
        let document = try ComparisonDocument(inFolder: folder)
        for (name, text) in Report(document).pages() {
            try ResultFile("\(folder)/\(name)", option: "redraw").write(text)
        }
    }
}

extension ComparisonDocument {
    /// Reads the results in a folder that the user named.
    fileprivate init(inFolder folder: String) throws(Complaint) {
        let path = "\(folder)/results.json"
        do throws(ResultDocumentError) { self = try Self(reading: path) } catch {
            throw Complaint(
                error, path, of: "eco compare",
                unreadable: "folder \(folder.visible) has no results.json: give a folder that eco compare wrote",
                remedy: "give an unchanged folder")
        }
    }
}

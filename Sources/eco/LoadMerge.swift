// `eco load merge` and `eco load diff`: several documents of results.
import ArgumentParser
import EcoLoad
import Support

struct LoadMerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Merge the results of several machines: percentiles of the whole, not an average of percentiles.")

    @Argument(LoadMergeRow.files) var files: [String]
    @Option(LoadMergeRow.json) var json: String?

    func run() throws {
        guard files.count > 1 else { throw Complaint(.usage, "one file cannot be merged: give two or more") }
        var sum = try LoadDocument(naming: files[0])
        var isTogether = true
        var windows = sum.runs.map(\.seconds)
        for file in files.dropFirst() {
            let next = try LoadDocument(naming: file)
            isTogether = isTogether && sum.ranTogether(with: next)
            windows += next.runs.map(\.seconds)
            do throws(LoadDocument.MergeError) { try sum.merge(next) } catch {
                throw Complaint(error, file, files[0])
            }
        }
        let objective = sum.objective.flatMap { Objective($0) }
        sum.missed = objective.map { objective in sum.runs.flatMap { objective.judge($0).misses.map(\.text) } }
        let output = try json.map { try ResultFile($0, option: "--json") }
        say("eco load: \(sum.mergedFrom) machines, \(LoadTable(sum.plan).heading)".paragraph)
        if !isTogether {
            say("These did not run at the same time, so the sum of their rates was never reached.".paragraph)
        }
        if let shortest = windows.min(), let longest = windows.max(), longest > shortest * 1.01 {
            say(
                "Their windows were \(TimeText(seconds: shortest)) to \(TimeText(seconds: longest)) long; the rate is the sum of their rates."
                    .paragraph)
        }
        for run in sum.runs { say("\n" + LoadTable(sum.plan).text(run)) }
        try output?.write(sum.text)
        try LoadVerdict(sum).leave(objective, nil)
    }
}

struct LoadDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare two results, and say whether they differ by more than chance.")

    @Argument(LoadDiffRow.before) var before: String
    @Argument(LoadDiffRow.after) var after: String

    func run() throws {
        let (left, right) = (try LoadDocument(naming: before), try LoadDocument(naming: after))
        let comparison = Comparison(left, right)
        say(comparison.text)
        if !left.plan.isSameWork(as: right.plan) {
            say("The two did not do the same work: differences come from the plans too.".paragraph)
        }
        if (left.runs + right.runs).contains(where: { $0.validity.word == .invalid }) {
            say("Some runs are INVALID: their figures are those of the generator.".paragraph)
        }
        if !comparison.canJudge {
            say(
                "A single run says nothing about chance: for a verdict, measure both with --repeat 5 or more.".paragraph
            )
        }
    }
}

extension LoadDocument {
    /// Reads a file that the user named.
    fileprivate init(naming path: String) throws(Complaint) {
        do throws(ResultDocumentError) { self = try Self(reading: path) } catch {
            throw Complaint(
                error, path, of: "eco load",
                unreadable: "file \(path) cannot be read: give a file that eco load --json wrote",
                remedy: "give an unchanged file of --json")
        }
    }
}

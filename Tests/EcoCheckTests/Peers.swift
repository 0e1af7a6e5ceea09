// The servers that the checker is checked with: Tests/CheckServers.
import EcoCheck
import Glibc
import LinuxIO
import ServerHarness
import Support
import TestSupport

/// Servers in Python, right ones and wrong ones.
enum Peers {
    /// The project's root.
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    static let folder = root + "/Tests/CheckServers"

    static let right = "python3 \(folder)/right.py {port}"
    static let lesson = "python3 \(folder)/lesson.py {port}"
    /// The correct one, behind a round trip of this many milliseconds.
    static func far(_ milliseconds: Int) -> String { "python3 \(folder)/far.py {port} \(milliseconds / 2)" }

    /// The correct one, until it is started a second time.
    static func startingOnce<Result>(_ body: (String) throws -> Result) rethrows -> Result {
        let mark = "/tmp/eco-starts-once-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { unsafe unlink(mark) }
        return try body("test -e \(mark) && { echo 'ja rodou' >&2; exit 3; }; touch \(mark); exec \(right)")
    }

    /// A server with one fault, and the cases that it is to fail.
    struct Faulty: Sendable, CustomStringConvertible {
        let name: String
        let cases: [String]

        var command: String { "python3 \(folder)/faulty.py \(name) {port}" }
        var description: String { name }
    }

    /// All of them, as they say themselves.
    static let faulty: [Faulty] = {
        guard let process = try? ChildProcess("python3", ["\(folder)/faulty.py", "--list"]),
            process.waitForExit() == .status(0)
        else { return [] }
        return process.output.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t")
            return Faulty(name: String(fields[0]), cases: fields[1].split(separator: ",").map(String.init))
        }
    }()

    /// Checks the server that a command starts.
    static func check(
        _ command: String, only ids: [String]? = nil, seed: UInt64 = 1, patience: Double = 2
    ) throws -> CheckReport {
        var run = CheckRun(.command(command, port: nil), name: command)
        run.seed = seed
        run.patience = patience
        if let ids { run.cases = ids.compactMap(CheckCatalog.case) }
        return try run.run()
    }
}

extension CheckReport.Result {
    /// Whether what is behind it was recognised.
    var isExplained: Bool { if case .failed(let failure) = outcome { failure.finding.isRecognised } else { false } }
}

extension CheckReport {
    /// The ids of the cases that did not pass, whatever kept them from it.
    var unpassed: [String] { results.filter { !$0.hasPassed }.map(\.test.id).sorted() }

    /// What a test says when this is not what it expected.
    var account: String {
        let writer = TextReport(.english, hasColours: false)
        return results.filter { !$0.hasPassed }.map { writer.result($0) }.joined()
    }
}

// Modified results, given to the commands that read them.
import Foundation
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("Commands that read results", .blocking)
struct DocumentCommandTests {
    private static let evil = "\u{1B}[2J\u{9B}31m\u{202E}"

    /// Calls the function with the results of a short load, as they were written, and a path for others.
    private static func withResults(_ body: (_ good: String, _ path: String) throws -> Void) throws {
        let paths = ["good", "other"].map { "/tmp/eco-results-\(getpid())-\(UInt32.random(in: 0 ... .max))-\($0).json" }
        defer { for path in paths { unsafe unlink(path) } }
        try SpawnedServer.serving { server throws in
            let run = ["load", "\(server.port)", "--clients", "2", "--duration", "100ms", "--warmup", "0"]
            #expect(try Eco.run(run + ["--json", paths[0]]).exit != nil)
        }
        try body(paths[0], paths[1])
    }

    private static func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// A change of the results, and what is said of it.
    private static let changes: [(change: @Sendable (String) -> String, reason: String)] = [
        ({ $0.replacing(#/"seconds":[0-9.e-]+/#, with: "\"seconds\":1e-320") }, "smaller than any measured"),
        ({ $0.replacing(#/"seconds":[0-9.e-]+/#, with: "\"seconds\":-1") }, "a run took -1.0 s"),
        ({ $0.replacing(#/"unanswered":[0-9]+/#, with: "\"unanswered\":-1") }, "below 0"),
        ({ $0.replacing(#/"runs":\[.*\]/#, with: "\"runs\":[]") }, "no runs"),
    ]

    @Test("refuse results that no load can have written, in one line")
    func refused() throws {
        try Self.withResults { good, path in
            let text = try #require(SystemFile.text(at: good, limit: 1 << 24))
            for (change, reason) in Self.changes {
                #expect(change(text) != text)
                try Self.write(change(text), to: path)
                for command in [["load", "diff", good, path], ["load", "merge", path, good]] {
                    let outcome = try Eco.run(command)
                    #expect(outcome.exit == .status(65) && outcome.output == "", "\(outcome)")
                    #expect(outcome.errors.isOnePlainLine && outcome.errors.contains(reason), "\(outcome)")
                }
            }
        }
    }

    @Test("print no terminal commands from a file, nor from its name")
    func controls() throws {
        try Self.withResults { good, path in
            let text = try #require(SystemFile.text(at: good, limit: 1 << 24))
            // The sentence that says what the figures are worth is shown as it stands.
            let sentence = Self.evil.replacing("\u{1B}", with: "\\u001b")
            let changed = text.replacing(
                #/"validity":\{[^}]*\}/#, with: "\"validity\":{\"reasons\":[\"\(sentence)\"],\"word\":\"INVALID\"}")
            #expect(changed != text)
            try Self.write(changed, to: path)
            let sum = path + ".sum"
            defer { unsafe unlink(sum) }
            for command in [
                ["load", "merge", path, good, "--json", sum], ["load", "diff", path, good],
                ["load", "diff", Self.evil, good],
                ["load", "merge", good, good, "--json", "/nowhere/\(Self.evil)"], ["compare", "redraw", Self.evil],
                ["explain", Self.evil], ["check", Self.evil], ["load", Self.evil], ["serve", "--model", Self.evil],
                ["doctor", Self.evil], ["compare", "--server", "\(Self.evil)=x"], [Self.evil],
            ] {
                let outcome = try Eco.run(command)
                let told = outcome.output + outcome.errors + (SystemFile.text(at: sum, limit: 1 << 24) ?? "")
                #expect(!told.unicodeScalars.contains { $0.commandsTerminals && $0 != "\n" }, "\(command): \(told)")
            }
        }
    }

    @Test("print no terminal commands, whichever text of a file was changed")
    func changedTexts() throws {
        try Self.withResults { good, path in
            let text = try #require(SystemFile.text(at: good, limit: 1 << 24))
            var (seen, accepted): (Set<String>, Int) = ([], 0)
            for match in text.matches(of: #/"[A-Za-z]+":\[?"([^"]*)"/#) where seen.insert(String(match.0)).inserted {
                let place = match.1.startIndex..<match.1.endIndex
                try Self.write(text.replacingCharacters(in: place, with: "\\u001b[2J\u{9B}\u{202E}"), to: path)
                // (Adding the two up is refused: one is the other, but for a text.)
                let outcome = try Eco.run(["load", "diff", path, good])
                accepted += outcome.exit == .status(0) ? 1 : 0
                let told = outcome.output + outcome.errors
                #expect(!told.unicodeScalars.contains { $0.commandsTerminals && $0 != "\n" }, "\(match.0): \(told)")
            }
            #expect(accepted > 2, "\(accepted) of \(seen)")
        }
    }

    @Test("and a server print none from the path that it listens on")
    func path() throws {
        let path = "/tmp/eco-\(getpid())-\(Self.evil).sock"
        defer { unsafe unlink(path) }
        let process = try ChildProcess(Eco.path, ["serve", "--unix", path])
        #expect(process.wait(.output) { $0.contains("Aguarda") })
        let second = try Eco.run(["serve", "--unix", path])
        #expect(second.exit == .status(69), "\(second)")
        process.send(signal: SIGTERM)
        #expect(process.waitForExit() == .status(0))
        for told in [process.output, process.errors, second.errors] {
            #expect(!told.unicodeScalars.contains { $0.commandsTerminals && $0 != "\n" }, "\(told)")
        }
    }
}

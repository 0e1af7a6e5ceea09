// Options, from the command line and from the environment.
import ArgumentParser
import EcoServer
import Testing

@testable import eco

@Suite("Options")
struct OptionTests {
    @Test(
        "of simulated work are read with their units",
        arguments: [
            ("none", SimulatedWork.none), ("sleep:5ms", .sleep(.milliseconds(5))),
            ("cpu:200us", .cpu(.microseconds(200))),
            ("sleep:1s", .sleep(.seconds(1))), ("cpu:7ns", .cpu(.nanoseconds(7))),
        ])
    func work(text: String, work: SimulatedWork) { #expect(SimulatedWork(argument: text) == work) }

    @Test(
        "of simulated work that make no sense are refused",
        arguments: [
            "", "sleep", "sleep:", "sleep:5", "sleep:ms", "sleep:-5ms", "sleep:5min", "nap:5ms", "cpu:0us",
            "sleep:5 ms",
        ])
    func badWork(text: String) { #expect(SimulatedWork(argument: text) == nil) }

    @Test("in seconds may be broken, but must be above zero")
    func seconds() {
        #expect(Seconds(argument: "0.5")?.duration == .milliseconds(500))
        #expect(Seconds(argument: "30") == Seconds(30))
        for bad in ["0", "-1", "x", "", "inf", "nan", "1e99"] { #expect(Seconds(argument: bad) == nil) }
    }

    private func arguments(_ given: [String], _ environment: [String: String]) throws -> [String] {
        try Environment.prepended(to: given) { environment[$0] }
    }

    @Test("come from the environment, and the command line wins")
    func environment() throws {
        #expect(try arguments([], [:]) == [])
        #expect(try arguments([], ["ECO_PORT": "9191"]) == ["serve", "--port=9191"])
        #expect(try arguments(["serve", "--quiet"], ["ECO_PORT": "9191"]) == ["serve", "--port=9191", "--quiet"])
        #expect(try arguments(["--port", "1"], ["ECO_PORT": "9191"]) == ["--port", "1"])
        #expect(try arguments(["--port=1"], ["ECO_PORT": "9191"]) == ["--port=1"])
        #expect(try arguments([], ["ECO_HOST": "::1,127.0.0.1"]) == ["serve", "--host", "::1", "--host", "127.0.0.1"])
        #expect(try arguments([], ["ECO_QUIET": "1"]) == ["serve", "--quiet"])
        #expect(try arguments([], ["ECO_QUIET": "0"]) == [])
        #expect(try arguments(["doctor"], ["ECO_PORT": "9191"]) == ["doctor"])
    }

    @Test("that are wrong in the environment are told by the variable's name and value")
    func badEnvironment() {
        for (name, value) in [
            ("ECO_PORT", "abc"), ("ECO_SIMULATE", "zz"), ("ECO_QUIET", "perhaps"), ("ECO_MAX_CLIENTS", "0"),
        ] {
            #expect { try arguments([], [name: value]) } throws: { error in
                (error as? Complaint)?.description.hasPrefix("\(name)=\(value) in the environment") == true
            }
        }
    }

    @Test("of the command line are all in the list for the environment")
    func everyOption() throws {
        let help = Eco.helpMessage(for: Serve.self, includeHidden: true)
        for option in Environment.options { #expect(help.contains("--\(option)")) }
        let named = help.split(whereSeparator: { " [],\n".contains($0) }).filter { $0.hasPrefix("--") }
        let known = Environment.options + ["version", "help", "help-hidden"]
        for option in Set(named) { #expect(known.contains(String(option.dropFirst(2))), "\(option)") }
    }
}

// Options, from the command line and from the environment.
import ArgumentParser
import EcoLoad
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

    @Test("in seconds may have a fraction, but must be above zero")
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

    @Test("that are wrong in the environment are reported with the variable's name and value")
    func badEnvironment() {
        for (name, value) in [
            ("ECO_PORT", "abc"), ("ECO_SIMULATE", "zz"), ("ECO_QUIET", "perhaps"), ("ECO_MAX_CLIENTS", "0"),
        ] {
            #expect { try arguments([], [name: value]) } throws: { error in
                (error as? Complaint)?.description.hasPrefix("\(name)=\(value) in the environment") == true
            }
        }
    }

    private static func words(_ command: String) -> [String] { command.split(separator: " ").map(String.init) }

    /// The commands that the help shows, with their types. `eco load` and `eco compare` are what they do without a subcommand.
    private static func commands(
        of group: any ParsableCommand.Type = Eco.self, path: [String] = []
    ) -> [String: any ParsableCommand.Type] {
        var commands: [String: any ParsableCommand.Type] = [:]
        for type in group.configuration.subcommands where type.configuration.shouldDisplay {
            if !path.isEmpty, type == group.configuration.defaultSubcommand { continue }
            let path = path + [type._commandName]
            commands[path.joined(separator: " ")] = type.configuration.defaultSubcommand ?? type
            commands.merge(Self.commands(of: type, path: path)) { first, _ in first }
        }
        return commands
    }

    @Test("and arguments of each command are those of its table", arguments: OptionTable.all.map(\.command))
    func everyOption(command: String) throws {
        let table = OptionTable.of(Self.words(command))
        #expect(table.command == command)
        let help = Eco.helpMessage(for: try #require(Self.commands()[command]), includeHidden: true)
        func shown(_ beginning: String) -> [String] {
            help.split(separator: "\n").compactMap { line in
                line.hasPrefix("  " + beginning)
                    ? line.split(whereSeparator: { " ,".contains($0) }).first.map(String.init) : nil
            }
        }
        #expect(Set(shown("--").filter { $0 != "--version" }) == Set(table.rows.map(\.option)), "\(help)")
        #expect(shown("<") == table.arguments.compactMap(\.valueName).map { "<\($0)>" }, "\(help)")
        #expect(Set(table.rows.map(\.name)).count == table.rows.count)
    }

    @Test("are in a table for every command that the help shows")
    func everyCommand() { #expect(Set(OptionTable.all.map(\.command)) == Set(Self.commands().keys)) }

    @Test("have defaults that they can read, and the server's own")
    func defaults() throws {
        let (given, own) = (try ServeOptions.parse([]).configuration(), ServerConfiguration())
        #expect(given.hosts == own.hosts && given.port == own.port && given.maxClients == own.maxClients)
        #expect(given.workers == own.workers && given.maxPendingBytes == own.maxPendingBytes && given.work == own.work)
        #expect(given.writeTimeout == own.writeTimeout && given.drainTimeout == own.drainTimeout)
        #expect(given.idleTimeout == own.idleTimeout && given.keepalive?.idleSeconds == own.keepalive?.idleSeconds)
        #expect(given.invalidBytes == own.invalidBytes && given.maxClientsPerAddress == own.maxClientsPerAddress)
        let load = try LoadOptions.parse(["localhost:1"])
        var (plan, plain) = (try load.plan(), LoadPlan())
        // The weight of a single size means nothing.
        #expect(plan.sizes.mean == plain.sizes.mean)
        (plan.sizes, plain.sizes) = (.one(1), .one(1))
        #expect(plan == plain)
        #expect(try CheckOptions.parse(["localhost:1"]).patience == 2 && CompareOptions.parse([]).out == "report")
    }

    @Test(
        "that count have a range, and values below and above it are refused with a message that names it",
        arguments: OptionTable.all.map(\.command))
    func ranges(command: String) throws {
        let words = Self.words(command)
        for row in OptionTable.of(words).rows {
            guard case .whole(let range, _) = row.values else { continue }
            let outside = ["\(range.lowerBound - 1)"] + (range.upperBound == .max ? [] : ["\(range.upperBound + 1)"])
            let address = command == "load" ? ["localhost:1"] : []
            for value in outside {
                let arguments = words + address + [row.option, value]
                #expect {
                    _ = try Eco.parseAsRoot(arguments)
                } throws: { error in
                    let complaint = "\(Complaint(parsing: error, of: arguments))"
                    return complaint == "\(row.option) \(value) is out of range: \(row.remedy)"
                }
            }
        }
    }

    /// What the documents promise of the models; those that are not named here use all options but `--workers`.
    private static let unused: [String: Set<String>] = [
        "workers": [],
        "threads": ["workers", "max-pending", "idle-timeout", "write-timeout"],
        "sequential": [
            "workers", "max-clients", "max-clients-per-address", "max-pending", "idle-timeout", "write-timeout",
        ],
    ]

    @Test("are used by every model, except those that it is known not to use")
    func unusedOptions() {
        for model in ModelCatalog.all {
            let unused = ServeRow.table.rows.filter { $0.use(by: model) != .full }.map(\.name)
            let expected = Self.unused[model.names[0]] ?? ["workers"]
            #expect(Set(unused) == expected, "\(model.names[0])")
        }
        // Some model uses each option, or the warning could recommend none.
        for row in ServeRow.table.rows {
            #expect(ModelCatalog.all.contains { row.use(by: $0) == .full }, "\(row.name)")
        }
    }

    @Test("name their models in the help, unless all models use them")
    func modelsNotes() {
        #expect(ServeRow.port.modelsNote() == nil)
        #expect(ServeRow.workers.modelsNote() == "With model workers only.")
        #expect(ServeRow.maxClients.modelsNote() == "Not with model sequential.")
        #expect(ServeRow.idleTimeout.modelsNote(mark: "`") == "Not with models `threads`, `sequential`.")
        #expect(ServeRow.writeTimeout.modelsNote() == "With models threads, sequential only when a session ends.")
        let words = Eco.helpMessage(for: Serve.self, includeHidden: true).split(whereSeparator: \.isWhitespace)
        let help = words.joined(separator: " ")
        for note in ServeRow.table.rows.compactMap({ $0.modelsNote() }) { #expect(help.contains(note), "\(note)") }
    }
}

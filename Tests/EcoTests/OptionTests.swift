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

    @Test(
        "that are times, rates, sizes or moments are refused in the same form outside of their ranges",
        arguments: [
            ("serve", "--idle-timeout", ["0", "-1", "31536000.5"]), ("serve", "--write-timeout", ["1e99"]),
            ("serve", "--simulate", ["cpu:0us", "sleep:3601s"]), ("serve", "--keepalive", ["0", "20000", "0.5"]),
            ("load localhost:1", "--duration", ["0", "700000s", "-1"]), ("load localhost:1", "--warmup", ["169h"]),
            ("load localhost:1", "--timeout", ["99ms", "169h"]), ("load localhost:1", "--rate", ["0", "1e12", "101M"]),
            ("load localhost:1", "--size", ["1", "17M", "99999999999999999999"]),
            ("load localhost:1", "--start-at", ["0", "5e9", "1969-12-31T23:59:59Z", "2100-01-01T00:00:00Z"]),
        ])
    func quantities(command: String, option: String, outside: [String]) throws {
        let words = Self.words(command)
        let row = try #require(OptionTable.of(words).row(of: option))
        for value in outside {
            let arguments = words + [option, value]
            #expect {
                _ = try Eco.parseAsRoot(arguments)
            } throws: { error in
                "\(Complaint(parsing: error, of: arguments))" == "\(option) \(value) is out of range: \(row.remedy)"
            }
        }
    }

    @Test("have ranges that are told with the words in which values are given")
    func remedies() {
        #expect(LoadRow.duration.remedy == "give more than 0, 168h at most, like 10s, 500ms or 2m")
        #expect(LoadRow.timeout.remedy == "give 100ms to 168h, like 5s")
        #expect(LoadRow.rate.remedy == "give 0.001 to 100M messages per second, like 50000 or 50k")
        #expect(ServeRow.idleTimeout.remedy == "give a number of seconds above 0, 31536000 at most")
        #expect(ServeRow.keepalive.remedy == "give 1 to 10000 seconds, or off")
        #expect(LoadRow.seed.remedy == "give a whole number, 0 or more")
    }

    @Test("take the largest numbers that their types can hold, if they have no upper bound")
    func largest() throws {
        #expect(try LoadOptions.parse(["localhost:1", "--seed", "\(UInt64.max)"]).plan().seed == .max)
        #expect(try LoadOptions.parse(["localhost:1", "--start-at", "4e9"]).startAt?.secondsSince1970 == 4e9)
    }

    @Test("without names are refused out of their range, too", arguments: [("doctor", "0"), ("status", "0")])
    func argumentRanges(command: String, value: String) throws {
        let arguments = [command, value]
        let row = try #require(OptionTable.of(arguments).arguments.first)
        #expect {
            _ = try Eco.parseAsRoot(arguments)
        } throws: { error in
            "\(Complaint(parsing: error, of: arguments))" == "\(value) is out of range: \(row.remedy)"
        }
    }

    @Test("of a load that are not given leave the plan as it is for its kind of load")
    func plans() throws {
        func plan(_ options: String...) throws -> LoadPlan { try LoadOptions.parse(["localhost:1"] + options).plan() }
        let (hold, usual) = (try plan("--hold"), LoadPlan(.hold))
        #expect(hold.mode == .hold && hold.durationSeconds == usual.durationSeconds && hold.warmupSeconds == 0)
        let counted = try plan("--messages", "5")
        #expect(counted.messages == 5 && counted.warmupSeconds == 0)
        #expect(counted.durationSeconds == LoadRow.longestSeconds)
        let given = try plan("--messages", "5", "--duration", "2s", "--warmup", "1ms")
        #expect(given.durationSeconds == 2 && given.warmupSeconds == 0.001)
        #expect {
            try plan("--depth", "100", "--size", "16M")
        } throws: { error in
            "\(error)".hasPrefix("100 messages of 16,777,216 bytes in flight are more than 1 GiB per client: give ")
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

    @Test("say in the help how each model serves, in a line each")
    func summaries() {
        let lines = Eco.helpMessage(for: Serve.self).split(separator: "\n")
        for model in ModelCatalog.all {
            #expect(model.summary.count < 60)
            #expect(
                lines.contains { $0.hasSuffix(" \(model.summary)") && $0.contains("  \(model.names[0]) ") },
                "\(model.names[0]): \(lines)")
        }
    }
}

// The options of `eco serve`.
import ArgumentParser
import EcoProtocol
import EcoServer
import Logging

/// What can be set; each option can also come from the environment (`Environment`), where the command line wins.
struct ServeOptions: ParsableArguments {
    // The five that most people need.

    @Option(help: "A name or an address to listen at; may be repeated. (default: localhost)")
    var host: [String] = []

    @Option(parsing: .unconditional, help: "The port; 0 takes a free one and says which. (default: 9090)")
    var port: UInt16?

    @Option(
        help: ArgumentHelp(
            "How clients are served: \(ModelCatalog.all.map { $0.names[0] }.joined(separator: ", ")).",
            valueName: "model"))
    var model = "reactor"

    @Option(
        parsing: .unconditional, help: "Clients at the same time. (default: as many as the limit on descriptors allows)"
    )
    var maxClients: Int?

    @Flag(help: "Say nothing on standard output.")
    var quiet = false

    // The others.

    @Option(
        help: ArgumentHelp(
            "A Unix socket to listen at too; alone unless --host is given.", valueName: "path", visibility: .hidden))
    var unix: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Threads of the model workers.", visibility: .hidden))
    var workers: Int = 2

    @Option(
        help: ArgumentHelp(
            "Work that each text costs: none, sleep:5ms, cpu:200us.", valueName: "work", visibility: .hidden))
    var simulate = SimulatedWork.none

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Clients of one address at the same time. (default: no limit)", visibility: .hidden))
    var maxClientsPerAddress: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Bytes of answers that clients have not taken, over all.", valueName: "bytes", visibility: .hidden))
    var maxPending = 64 << 20

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Clients that may wait to be accepted. (default: as many as the system allows)", visibility: .hidden))
    var backlog: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Seconds that a client may say nothing. (default: no limit)", valueName: "s", visibility: .hidden))
    var idleTimeout: Seconds?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seconds that a client may not take its answers.", valueName: "s", visibility: .hidden))
    var writeTimeout = Seconds(30)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seconds that leaving may take.", valueName: "s", visibility: .hidden))
    var drainTimeout = Seconds(10)

    @Option(
        help: ArgumentHelp(
            "Seconds of silence after which a client is probed, or off. Each client has up to 4/3 of it more.",
            valueName: "s|off", visibility: .hidden))
    var keepalive = KeepaliveOption.standard

    @Option(
        name: .customLong("invalid-utf8"),
        help: ArgumentHelp("Text that is not UTF-8: keep or close.", visibility: .hidden))
    var invalidUTF8 = InvalidBytes.keep

    @Option(
        help: ArgumentHelp(
            "Diagnostics from this level on: trace, debug, info, notice, warning, error, critical.", valueName: "level",
            visibility: .hidden))
    var logLevel = Logger.Level.info
}

extension ServeOptions {
    /// The settings that the options amount to, or what is wrong with them.
    func configuration() throws -> ServerConfiguration {
        _ = try concurrencyModel()
        try require((1...1_000_000_000).contains(maxClients ?? 1), "--max-clients", maxClients, "give 1 to 1000000000")
        try require(
            maxClientsPerAddress.map { $0 >= 1 } ?? true, "--max-clients-per-address", maxClientsPerAddress,
            "give 1 or more")
        try require((1...1024).contains(workers), "--workers", workers, "give 1 to 1024")
        try require(maxPending >= 1, "--max-pending", maxPending, "give 1 byte or more")
        try require((1...Int(Int32.max)).contains(backlog ?? 1), "--backlog", backlog, "give 1 to \(Int32.max)")
        var configuration = ServerConfiguration()
        configuration.hosts = host.isEmpty ? (unix == nil ? ["localhost"] : []) : host
        if let port { configuration.port = port }
        configuration.unixPath = unix
        configuration.backlog = backlog
        configuration.maxClients = maxClients
        configuration.maxClientsPerAddress = maxClientsPerAddress
        configuration.maxPendingBytes = maxPending
        configuration.idleTimeout = idleTimeout?.duration
        configuration.writeTimeout = writeTimeout.duration
        configuration.drainTimeout = drainTimeout.duration
        configuration.keepalive = keepalive.value
        configuration.invalidBytes = invalidUTF8
        configuration.work = simulate
        configuration.workers = workers
        return configuration
    }

    /// What was given and comes to nothing, and variables that may be misspelt.
    var warnings: [String] {
        var warnings: [String] = []
        if let port, unix != nil, host.isEmpty {
            let what = Environment.origin(of: "port") ?? "--port \(port)"
            warnings.append("\(what) is not used: with --unix there is a port only if --host is given too")
        }
        for (name, nearest) in Environment.unknownVariables() {
            let hint = nearest.map { "did you mean \($0)?" } ?? "ECO_PORT is --port: see eco serve --help-hidden"
            warnings.append("\(name) in the environment is no variable of eco: \(hint)")
        }
        return warnings
    }

    /// What was given and the model does not use, a line each.
    func unusedOptions(of model: any ConcurrencyModel.Type) -> [String] {
        let defaults = ServerConfiguration()
        let given: [(option: String, capability: Capability, isGiven: Bool)] = [
            ("max-clients-per-address", .addressLimit, maxClientsPerAddress != nil),
            ("max-pending", .pendingBound, maxPending != defaults.maxPendingBytes),
            ("idle-timeout", .idleTimeout, idleTimeout != nil),
            ("write-timeout", .writeTimeout, writeTimeout.duration != defaults.writeTimeout),
            ("workers", .workers, workers != defaults.workers),
        ]
        return given.filter { $0.isGiven && !model.keeps.contains($0.capability) }.map { entry in
            let others = ModelCatalog.all.filter { $0.keeps.contains(entry.capability) }.map { $0.names[0] }
            if entry.capability == .writeTimeout {
                return "model \(self.model) heeds --write-timeout only when a session ends"
            }
            return
                "model \(self.model) has no --\(entry.option): \(others.joined(separator: ", ")) \(others.count == 1 ? "has" : "have")"
        }
    }

    /// The model that was asked for.
    func concurrencyModel() throws -> any ConcurrencyModel.Type {
        if let type = ModelCatalog.model(named: model) { return type }
        let names = ModelCatalog.all.flatMap { $0.names }.joined(separator: ", ")
        throw Complaint(.usage, "model \(model) is unknown: give --model one of \(names)")
    }

    private func require<Value>(_ isGood: Bool, _ option: String, _ value: Value?, _ remedy: String) throws {
        guard isGood else {
            throw Complaint(.usage, "\(option) \(value.map { "\($0)" } ?? "") is out of range: \(remedy)")
        }
    }
}

// The options of `eco serve`.
import ArgumentParser
import EcoProtocol
import EcoServer
import Logging

/// The options of `ServeRow`; each can also come from the environment (`Environment`), but the command line wins.
struct ServeOptions: ParsableArguments {
    @Option(ServeRow.host) var host: [String]
    @Option(ServeRow.port) var port: UInt16?
    @Option(ServeRow.model) var model: String
    @Option(ServeRow.maxClients) var maxClients: Int?
    @Flag(ServeRow.quiet) var quiet: Bool
    @Option(ServeRow.unix) var unix: String?
    @Option(ServeRow.workers) var workers: Int
    @Option(ServeRow.simulate) var simulate: SimulatedWork
    @Option(ServeRow.maxClientsPerAddress) var maxClientsPerAddress: Int?
    @Option(ServeRow.maxPending) var maxPending: Int
    @Option(ServeRow.backlog) var backlog: Int?
    @Option(ServeRow.idleTimeout) var idleTimeout: Seconds?
    @Option(ServeRow.writeTimeout) var writeTimeout: Seconds
    @Option(ServeRow.drainTimeout) var drainTimeout: Seconds
    @Option(ServeRow.keepalive) var keepalive: KeepaliveOption
    @Option(ServeRow.invalidUTF8) var invalidUTF8: InvalidBytes
    @Option(ServeRow.logLevel) var logLevel: Logger.Level
}

extension ServeOptions {
    /// The settings that the options describe.
    func configuration() -> ServerConfiguration {
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

    /// Warnings about options that have no effect, with this model or at all, and about variables that may be misspelt.
    func warnings(for model: any ConcurrencyModel.Type) -> [String] {
        var warnings = ServeRow.table.rows.compactMap { row in
            Environment.given(row).flatMap { row.warning(given: $0, model: model) }
        }
        if let port, unix != nil, host.isEmpty {
            let what = Environment.given(ServeRow.port) ?? "--port \(port)"
            warnings.append("\(what) is not used: with --unix the server listens on a port only if --host is given too")
        }
        for (name, nearest) in Environment.unknownVariables() {
            let hint = nearest.map { "did you mean \($0)?" } ?? "ECO_PORT is --port: see eco serve --help-hidden"
            warnings.append("\(name) in the environment is not a variable of eco: \(hint)")
        }
        return warnings
    }

    /// The requested model.
    func concurrencyModel() throws -> any ConcurrencyModel.Type {
        guard let type = ModelCatalog.model(named: model) else { throw ServeRow.model.outOfRange(model) }
        return type
    }
}

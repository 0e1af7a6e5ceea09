// `eco serve`: runs the server.
import ArgumentParser
import EcoServer
import Glibc
import LinuxIO
import Logging
import Support

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the protocol until told to leave (Ctrl-C, SIGTERM, SIGHUP).",
        discussion: """
            Each option can also be set in the environment: ECO_PORT=9191 is --port 9191; the command line wins.
            SIGUSR1 prints the counters on standard error. All options: eco serve --help-hidden
            """)

    @OptionGroup var options: ServeOptions

    /// Reserved for what Swift allocates while memory is short: the text of the counters takes some KiB.
    private static let reservedBytes = 64 << 10

    func run() throws {
        let configuration = options.configuration()
        let model = try options.concurrencyModel()
        try OutputStream.reserveStandardDescriptors()
        Memory.useOneArena()
        MemoryReserve.keep(byteCount: Self.reservedBytes)
        try Crash.endWhenOutOfMemory(
            line: "eco: out of memory",
            ": give it more memory (ulimit -v, MemoryMax=), or a smaller --max-clients or --max-pending\n",
            status: Complaint.Status.osError.rawValue)
        let limits = try limits(configuration, of: model)
        let output = Output(options)
        // Names are resolved before signals are blocked: it may take long, and Ctrl-C must end it.
        let listeners = try listeners(configuration)
        // Before any thread exists, so that every thread inherits it.
        try Service.handledSignals.block()
        Service.reportSignal.restore()
        let control = try ServerControl()
        let signals = try SignalSource(Service.handledSignals)
        let service = Service(
            configuration, limits: try limitedByFree(limits, configuration, of: model), keeps: model.keeps,
            console: output.console, logger: output.logger, control: control, signals: signals,
            report: { counters, asker in MemoryReserve.lend { output.report(counters, to: asker) } })
        try checkReach(service, listeners, of: model)
        for warning in options.warnings(for: model) { output.logger.warning("\(warning)") }
        let outcome = try model.serve(service, at: listeners)
        MemoryReserve.lend { if let line = lineAboutLoss(outcome) { output.say(line) } }
        let isAllWritten = output.flush()
        // At once: a thread may be blocked by a client, or by a reader of our output, for ever.
        _exit(outcome == .drained && !isAllWritten ? Complaint.Status.inputOutput.rawValue : outcome.exitStatus)
    }

    /// The report of clients that did not get all their answers, or were never greeted; nil if there are none.
    private func lineAboutLoss(_ outcome: ServerOutcome) -> String? {
        switch outcome {
        case .drained, .quit, .listenersDied(cut: 0): return nil
        case .cut(clients: 0):
            return
                "eco: clients that waited to be accepted were cut off after \(options.drainTimeout) s: give a larger --drain-timeout for more time"
        case .cut(let clients), .listenersDied(cut: let clients):
            let who = Count(clients).of("client was", "clients were")
            return
                "eco: \(who) cut off before all answers were taken: give a larger --drain-timeout (now \(options.drainTimeout) s) or --write-timeout (\(options.writeTimeout) s) for more time"
        }
    }

    private func listeners(_ configuration: ServerConfiguration) throws -> Listeners {
        do { return try Listeners(configuration) } catch { throw Complaint.listening(error) }
    }

    /// Raises the limit on descriptors as far as the system allows, and checks how many clients it carries.
    private func limits(
        _ configuration: ServerConfiguration, of model: any ConcurrencyModel.Type
    ) throws -> ServerLimits {
        let allowed = try DescriptorLimit.raise().soft
        let descriptors = min(allowed, model.descriptorEnd)
        if let limits = ServerLimits(configuration, descriptors: descriptors) { return limits }
        let clients = configuration.maxClients ?? 1
        let needed = ServerLimits.descriptorsNeeded(clients: clients)
        let who = Count(clients).of("client needs", "clients need")
        let many = Count(needed)
        if descriptors < allowed {
            throw Complaint(
                .usage,
                "\(who) \(many) descriptors and model \(options.model) can watch only those below \(descriptors): give a smaller --max-clients, or --model \(Self.models(like: model, with: needed).alternatives)"
            ).from(Environment.origin(of: ServeRow.maxClients))
        }
        throw Complaint(
            .osError,
            "\(who) \(many) descriptors and the limit is \(descriptors): raise it (ulimit -Hn \(needed)), or give a smaller --max-clients"
        ).from(Environment.origin(of: ServeRow.maxClients))
    }

    /// The limits, if there are fewer free descriptors than a limit leaves: this process has inherited others. A number of clients that
    /// was asked for is not changed.
    private func limitedByFree(
        _ limits: ServerLimits, _ configuration: ServerConfiguration, of model: any ConcurrencyModel.Type
    ) throws -> ServerLimits {
        guard configuration.maxClients == nil, let next = EventDescriptor.nextNumber() else { return limits }
        var limits = limits
        let end = min(try DescriptorLimit.current().soft, model.descriptorEnd)
        limits.maxClients = min(limits.maxClients, max(1, end - Int(next)))
        return limits
    }

    /// Checks that the model can watch the descriptors that the server needs itself.
    private func checkReach(_ service: Service, _ listeners: Listeners, of model: any ConcurrencyModel.Type) throws {
        let highest = service.highestDescriptor(with: listeners)
        guard highest >= model.descriptorEnd else { return }
        throw Complaint(
            .osError,
            "model \(options.model) can watch only descriptors below \(model.descriptorEnd), and eco has inherited so many that its own go up to \(highest): give --model \(Self.models(like: model, with: highest + 1).alternatives)"
        ).from(Environment.origin(of: ServeRow.model))
    }

    /// The models that keep everything that this one keeps, and can watch this many descriptors.
    private static func models(like model: any ConcurrencyModel.Type, with descriptors: Int) -> [String] {
        ModelCatalog.all.filter { $0.descriptorEnd >= descriptors && $0.keeps.isSuperset(of: model.keeps) }
            .map { $0.names[0] }
    }
}

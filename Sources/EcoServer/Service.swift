// What every model needs to serve.
public import LinuxIO
public import Logging
internal import Reactor
internal import Synchronization
internal import SystemPackage

/// The service that a model provides: its settings, and its connections to the process around it.
public final class Service: Sendable {
    public let configuration: ServerConfiguration
    /// The limits in force, with a number in place of every "as much as the system allows".
    public let limits: ServerLimits
    /// What the model keeps: the other settings are not used.
    public let keeps: Set<Capability>
    public let console: Console
    /// Diagnostics; its handler must not block.
    public let logger: Logger
    public let control: ServerControl
    /// Where SIGTERM, SIGINT, SIGHUP and SIGUSR1 arrive; nil if the process handles them itself.
    let signals: SignalSource?
    /// Receives the counters when they are asked for, and the pid of the process that asked, if it is known.
    let report: @Sendable (ServerCounters, Int32?) -> Void
    /// The counters of everything that serves.
    let counters = CounterPages()
    let began = Instant.now
    /// Whether it was logged that some clients have no keepalive.
    let hasToldOfKeepalive = Atomic(false)

    /// The signals that a process with a server has to block in every thread.
    public static let handledSignals: SignalSet = [.terminate, .interrupt, .hangUp, .report]

    /// The signal that asks a server for its counters.
    public static let reportSignal: SignalSet = [.report]

    public init(
        _ configuration: ServerConfiguration, limits: ServerLimits, keeps: Set<Capability>, console: Console,
        logger: Logger, control: ServerControl, signals: SignalSource?,
        report: @escaping @Sendable (ServerCounters, Int32?) -> Void
    ) {
        self.configuration = configuration
        self.limits = limits
        self.keeps = keeps
        self.console = console
        self.logger = logger
        self.control = control
        self.signals = signals
        self.report = report
    }
}

extension Service {
    /// The highest of the descriptors that a server watches besides those of its clients.
    public func highestDescriptor(with listeners: Listeners) -> Int {
        let own = max(control.waker.number, signals?.descriptor.number ?? -1)
        return Int(listeners.numbers.reduce(own) { max($0, $1) })
    }
}

/// A signal descriptor that several owners share.
public final class SignalSource: Sendable {
    let descriptor: SignalDescriptor

    /// Block the set in all threads first.
    public init(_ signals: SignalSet) throws(SystemError) { descriptor = try SignalDescriptor(signals) }
}

// A server that runs on a thread of the test.
import EcoProtocol
import LinuxIO
import Logging
import TestSupport
import Testing

@testable import EcoServer

/// A running server, on a free port of 127.0.0.1 unless it is told otherwise.
final class HostedServer: TestedServer {
    private struct State {
        var addresses: [SocketAddress] = []
        var outcome: Result<ServerOutcome, TestFailure>?
        var reports: [ServerCounters] = []
    }

    let control: ServerControl
    let clients = ClientList()
    private let state: Monitor<State>

    /// Serves as long as the function runs; then ends whatever is left of it.
    static func serving(
        _ model: Model, _ configure: (inout ServerConfiguration) -> Void = { _ in }, maxRefusals: Int = 64,
        prepare: @escaping @Sendable () -> Void = {}, _ body: (HostedServer) throws -> Void
    ) throws {
        let needsLowNumbers = model.type.descriptorEnd < CrowdGate.mostOfCrowd
        if needsLowNumbers { CrowdGate.shared.enter() }
        defer { if needsLowNumbers { CrowdGate.shared.leave() } }
        var configuration = ServerConfiguration()
        configuration.hosts = ["127.0.0.1"]
        configuration.port = 0
        configure(&configuration)
        let limits = ServerLimits(maxClients: configuration.maxClients ?? 1_000, maxRefusals: maxRefusals)
        let server = try HostedServer(configuration, limits, model.type.keeps, prepare) {
            try model.type.serve($0, at: $1)
        }
        try server.use(body)
    }

    /// - Parameters:
    ///   - keeps: what the model keeps.
    ///   - prepare: runs on the server's thread before anything else does.
    ///   - serve: what that thread is for.
    init(
        _ configuration: ServerConfiguration, _ limits: ServerLimits, _ keeps: Set<Capability>,
        _ prepare: @escaping @Sendable () -> Void,
        serve: @escaping @Sendable (Service, Listeners) throws -> ServerOutcome
    ) throws {
        let state = Monitor(State())
        control = try ServerControl()
        self.state = state
        let service = Service(
            configuration, limits: limits, keeps: keeps, console: Console(nil),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, control: control, signals: nil,
            report: { counters, _ in
                state.withLock { $0.reports.append(counters) }
                state.wakeAll()
            })
        try Thread.start(name: "test-server") {
            prepare()
            let result: Result<ServerOutcome, TestFailure>
            do {
                let listeners = try Listeners(service.configuration)
                state.withLock { $0.addresses = listeners.addresses }
                state.wakeAll()
                result = .success(try serve(service, listeners))
            } catch { result = .failure(TestFailure("\(error)")) }
            state.withLock { $0.outcome = result }
            state.wakeAll()
        }
        _ = state.wait(until: .now + .seconds(20)) { !$0.addresses.isEmpty || $0.outcome != nil }
        guard state.withLock({ !$0.addresses.isEmpty }) else { throw TestFailure("the server does not come up") }
    }

    func use(_ body: (HostedServer) throws -> Void) throws {
        defer {
            clients.closeAll()
            control.drain()
            control.quit()
            #expect(outcome() != nil, "the server has not come to its end")
        }
        try body(self)
    }

    var addresses: [SocketAddress] { state.withLock { $0.addresses } }
    var address: SocketAddress { addresses[0] }

    // MARK: - Control

    /// The counters of this moment. Also a turn of the loop: what is due is done by then, or in the same turn.
    func report() throws -> ServerCounters {
        let before = state.withLock { $0.reports.count }
        control.report()
        guard state.wait(until: .now + .seconds(20), when: { $0.reports.count > before }) else {
            throw TestFailure("no report")
        }
        return state.withLock { $0.reports[$0.reports.count - 1] }
    }

    /// Asks for counters until they are as expected; says whether they came to be.
    func reports(seconds: Int = 20, _ isExpected: (ServerCounters) -> Bool) throws -> Bool {
        try Wait.until(seconds: seconds) { isExpected(try report()) }
    }

    /// Closes all clients and asks the server to leave; says how that ended.
    func leave() -> ServerOutcome? {
        clients.closeAll()
        control.drain()
        return outcome()
    }

    /// How serving ended, once it has; nil if that takes too long.
    func outcome(seconds: Int = 20) -> ServerOutcome? {
        _ = state.wait(until: .now + .seconds(seconds)) { $0.outcome != nil }
        return try? state.withLock { $0.outcome }?.get()  // A failure to serve is no outcome.
    }
}

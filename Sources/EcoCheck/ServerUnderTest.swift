// The server that is checked or measured: where it is, and its process if it was started here.
public import LinuxIO
import Support

/// A server to connect to. One that was started here can be looked at, ended and started again. For one thread, which gets a
/// network of its own where the server does.
public final class ServerUnderTest {
    /// What is done with a server's standard output.
    public enum Output: Sendable { case collected, stalled, discarded }

    /// Each start has a port or a network of its own, except `samePort`.
    enum Place { case fresh, samePort }

    /// What a server finds around it.
    public struct Surroundings: Sendable {
        public var output = Output.collected
        /// The processors that it may run on; empty is all of them.
        public var processors: [Int] = []
        /// Whether it gets a network of its own though its port is not fixed, where the machine gives one.
        public var prefersOwnNetwork = false
        /// Variables with names that begin so are kept from it; empty keeps none.
        public var withheldVariables = ""

        public init() {}
    }

    public private(set) var address: SocketAddress
    /// By which the checker measures all that it waits for.
    let clock = CheckerClock()
    private let surroundings: Surroundings
    private let target: CheckTarget
    private let patience: Patience
    private let running: RunningServer
    private let onNotice: (Text) -> Void

    private var process: ChildProcess?
    private var tree: ProcessTree?
    private var listener: PortUse.PortSocket?
    private var stalledPipe: PipeEnds?
    private var input: PipeEnds?
    /// Nil until it is known whether this machine gives networks.
    private var hasOwnNetwork: Bool?

    /// Finds or starts the server. Blocks until it listens.
    public init(
        _ target: CheckTarget, patience: Patience, running: RunningServer, surroundings: Surroundings = Surroundings(),
        onNotice: @escaping (Text) -> Void
    ) throws(CheckError) {
        self.target = target
        self.surroundings = surroundings
        self.patience = patience
        self.running = running
        self.onNotice = onNotice
        address = .loopback(port: 0)
        switch target {
        case .addresses(let addresses): address = try Self.firstReachable(addresses, patience)
        case .command: try start()
        }
    }

    deinit { stop() }

    // MARK: - Finding

    private static func firstReachable(
        _ addresses: [SocketAddress], _ patience: Patience
    ) throws(CheckError) -> SocketAddress {
        for address in addresses where address.isListening(within: patience.firstLimit) { return address }
        throw .unreachable(addresses[0])
    }

    // MARK: - Starting

    /// Whether this is a server that can be started again, and looked at.
    var isOwn: Bool { if case .command = target { true } else { false } }

    /// Ends the server if it runs, and starts it again.
    func restart(_ place: Place = .fresh, output: Output? = nil) throws(CheckError) {
        stop()
        try start(place, output: output)
    }

    private func start(_ place: Place = .fresh, output: Output? = nil) throws(CheckError) {
        guard case .command(let command, let fixedPort) = target else { return }
        let port = try place == .samePort ? address.port : freePort(fixed: fixedPort)
        let text = command.replacing(CheckTarget.portMark, with: "\(port)")
        do throws(SystemError) { try spawn(text, output ?? surroundings.output) } catch { throw .system(error) }
        do throws(CheckError) { try waitUntilListening(text, port) } catch {
            stop()
            throw error
        }
    }

    private func spawn(_ command: String, _ output: Output) throws(SystemError) {
        let mark = "\(Proc.current.pid)-\(Instant.now.nanoseconds)"
        // Without a shell in between, signals and exit statuses are the server's own.
        let needsShell =
            command.contains { ";&|<>()$`\\\n{}*?=#~!".contains($0) } || command.hasPrefix("cd ")
            || command.hasPrefix("exec ")
        var request = SpawnRequest(["/bin/sh", "-c", needsShell ? command : "exec \(command)"])
        request.inheritsEnvironment = true
        request.omittedPrefix = surroundings.withheldVariables
        request.environment = [ProcessTree.variable: mark]
        request.startsSession = true
        request.processors = surroundings.processors
        // A server may wait for a key to end: nobody presses one, and nobody has gone.
        let input = try PipeEnds()
        request.descriptors[0] = input.reading.number
        stalledPipe = nil
        var nowhere: Descriptor?
        switch output {
        case .collected: break
        case .discarded:
            let device = try Descriptor.nowhere()
            request.descriptors[1] = device.number
            nowhere = consume device
        case .stalled:
            // A page is the least that a pipe holds; nobody reads it.
            let pipe = try PipeEnds(capacity: 4096)
            request.descriptors[1] = pipe.writing.number
            stalledPipe = consume pipe
        }
        try running.start { () throws(SystemError) in
            let process = try ChildProcess(request, keeping: 16 << 10)
            let tree = ProcessTree(session: process.pid, mark: mark)
            self.process = process
            self.tree = tree
            return tree
        }
        self.input = consume input
        _ = consume nowhere
    }

    private func waitUntilListening(_ command: String, _ port: UInt16) throws(CheckError) {
        let deadline = clock.now + patience.startLimit
        while true {
            // Judged after one more look, since the time may have run out where the checker did not look.
            let isLate = clock.now >= deadline
            // Twice, since a server may begin to listen between the kernel's two lists, and IPv4 is to be preferred.
            if !PortUse.listeners(at: port).isEmpty, let socket = PortUse.listeners(at: port).first {
                listener = socket
                if listeningProcesses.isEmpty, let other = Self.ownerProcess(of: socket), !processes.contains(other) {
                    throw .portHeld(port: port, by: Self.told(other))
                }
                address = socket.address.reachable
                return
            }
            if let exit = process?.exit, tree?.processes.isEmpty ?? true {
                _ = self.exit(within: .milliseconds(200))
                if exit == .status(127) || exit == .status(126) { throw .commandNotFound(command, lastLine: lastLine) }
                throw .exited(command: command, exit, lastLine: lastLine)
            }
            if isLate {
                throw .neverListens(
                    command: command, port: port, within: patience.startLimit, lastLine: lastLine)
            }
            // The kernel announces to nobody that somebody else listens.
            clock.pause(.milliseconds(3))
        }
    }

    // MARK: - Ports

    private func freePort(fixed: UInt16?) throws(CheckError) -> UInt16 {
        guard let fixed else {
            if surroundings.prefersOwnNetwork { enterOwnNetwork() }
            guard let port = PortUse.anyFree else { throw .portRemembered(port: 15_000) }
            return port
        }
        if let error = enterOwnNetwork() {
            onNotice(
                Text(
                    "this machine gives the server no network of its own (\(error)): port \(fixed) is shared with everybody here, and each restart waits until it is free",
                    pt:
                        "esta máquina não dá ao servidor uma rede própria (\(error)): a porta \(fixed) é compartilhada com todos aqui, e cada reinício espera até que esteja livre"
                ))
        }
        if hasOwnNetwork != true { try waitForPort(fixed) }
        return fixed
    }

    /// Moves on into a new network, unless it is known that there is none; says why not when that is found out.
    @discardableResult
    private func enterOwnNetwork() -> SystemError? {
        guard hasOwnNetwork != false else { return nil }
        do throws(SystemError) { try NetworkNamespace.enter() } catch {
            hasOwnNetwork = false
            return error
        }
        hasOwnNetwork = true
        return nil
    }

    /// Old connections are remembered for a minute (TIME_WAIT), and a server that knows no SO_REUSEADDR waits for that.
    private func waitForPort(_ port: UInt16) throws(CheckError) {
        if let holder = PortUse.listeners(at: port).first { throw .portHeld(port: port, by: Self.owner(of: holder)) }
        if !PortUse.isFree(port), let connection = PortUse.connections(at: port).first {
            throw .portHeld(port: port, by: "a connection of \(Self.owner(of: connection))")
        }
        guard !PortUse.isFree(port) else { return }
        onNotice(
            Text(
                "waiting for port \(port), which is kept for connections that are over, a minute at most",
                pt: "esperando a porta \(port), que está guardada para conexões já terminadas, por um minuto no máximo")
        )
        let isFree = clock.look(every: .milliseconds(100), for: .seconds(65)) { PortUse.isFree(port) }
        if !isFree { throw .portRemembered(port: port) }
    }

    private static func owner(of socket: PortUse.PortSocket) -> String {
        ownerProcess(of: socket).map(told) ?? "another process"
    }

    private static func ownerProcess(of socket: PortUse.PortSocket) -> Proc? {
        Proc.all.first { $0.sockets.contains(socket.inode) }
    }

    private static func told(_ process: Proc) -> String {
        "\(process.commandLine.isEmpty ? "a process" : process.commandLine) (pid \(process.pid))"
    }

    // MARK: - Ending

    /// Kills the server with all that it has started; returns once nothing is left of it.
    public func stop() {
        if let tree, !clock.waiting(atMost: .seconds(5), { tree.kill() }) {
            let left = tree.processes.map { "\($0.pid)" }.joined(separator: ", ")
            onNotice(
                Text(
                    "the server cannot be ended from here: pid \(left)",
                    pt: "o servidor não pode ser terminado daqui: pid \(left)"))
        }
        _ = exit(within: .seconds(2))
        process = nil
        tree = nil
        stalledPipe = nil
        input = nil
        running.hasEnded()
    }

    // MARK: - Looking

    /// What a server's processes take, all together.
    struct Resources {
        var descriptors = 0
        var threads = 0
        var privateBytes = 0
        var processorTime = Duration.zero
        var readyTime = Duration.zero
    }

    /// Nil if it was not started here.
    var resources: Resources? {
        guard let tree else { return nil }
        var sum = Resources()
        // A child that nobody has waited for still has its place in the kernel's table.
        sum.threads = tree.zombies
        for process in tree.processes {
            sum.descriptors += process.descriptors
            sum.threads += process.threads.count
            sum.privateBytes += process.privateBytes
            sum.processorTime += process.processorTime
            sum.readyTime += process.readyTime
        }
        return sum
    }

    /// Whether it has a processor, or waits for one; false if it was not started here.
    var isReady: Bool { tree?.processes.contains(where: \.isReady) ?? false }

    /// Those that live, of one that was started here.
    public var processes: [Proc] { tree?.processes ?? [] }

    /// The processes that hold the listening socket, the first one started first.
    var listeningProcesses: [Proc] {
        guard let listener else { return [] }
        return processes.filter { $0.sockets.contains(listener.inode) }.sorted { $0.pid < $1.pid }
    }

    /// The process to be asked to leave: the one that listens; of several the one that has started the others. Nil if the server's
    /// processes are not to be seen, as in a container that somebody else has started.
    var mainProcess: Proc? {
        let all = listeningProcesses
        let numbers = Set(all.map(\.pid))
        return all.first { $0.parent.map { !numbers.contains($0) } ?? false } ?? all.first
    }

    /// Whether the command's own process is this one, whose exit status is the command's then.
    func isCommand(_ process: Proc) -> Bool { self.process?.pid == process.pid }

    /// The processes that have the server's side of a connection, by the port of the other side.
    func holders(ofConnectionTo port: UInt16) -> [Proc] {
        guard let inode = PortUse.inode(of: address.port, connectedTo: port) else { return [] }
        return processes.filter { $0.sockets.contains(inode) }
    }

    /// Whether the processes that serve can be looked at.
    var isVisible: Bool { !listeningProcesses.isEmpty }

    /// Whether it still is there; true for one that was not started here.
    public var isRunning: Bool { !isOwn || !processes.isEmpty }

    /// Stops all of its processes as a debugger would, and returns once they stand; or lets them go on. SIGSTOP, SIGCONT.
    func stand(still: Bool) {
        let processes = processes
        for process in processes { process.send(signal: still ? 19 : 18) }
        guard still else { return }
        // Nobody but a parent is told of that.
        _ = clock.look(every: .milliseconds(1), for: patience.limit) { processes.allSatisfy { $0.state == "T" } }
    }

    /// How the command ended; nil as long as it runs.
    public func exit(within limit: Duration = .zero) -> ChildProcess.Exit? {
        guard let process else { return nil }
        // In short waits, so that the checker's own absence is no part of them.
        let deadline = clock.now + limit
        while true {
            let rest = max(.zero, min(deadline - clock.now, .milliseconds(50)))
            if let exit = clock.waiting(atMost: rest, { process.waitForExit(within: rest) }) { return exit }
            if clock.now >= deadline { return process.waitForExit(within: .zero) }
        }
    }

    /// What the server has said on standard error, as far as it is kept.
    var errors: String { process?.errors ?? "" }

    /// The line in which an interpreter says what went wrong, if it is known by a word; else the last one.
    static func tellingLine(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        let telling = lines.last { line in
            !line.hasPrefix(" ") && ["Error", "Exception", "error:", "panic:", "fatal"].contains { line.contains($0) }
        }
        return telling ?? lines.last ?? ""
    }

    /// The last line that the server has said, of its errors if there are any.
    public var lastLine: String {
        guard let process else { return "" }
        return Self.tellingLine(process.errors.isEmpty ? process.output : process.errors)
    }
}

extension SocketAddress {
    /// Where a socket that listens here is reached from this machine: at its address, or at the loopback if that is any.
    fileprivate var reachable: Self {
        switch unmapped {
        case .ipv4(0, let port), .ipv6(0, 0, let port, _): .loopback(port: port)
        case let address: address
        }
    }
}

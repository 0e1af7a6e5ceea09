// Starting a server, and waiting until it listens.
import LinuxIO

extension ServerUnderTest {
    /// Whether this is a server that can be started again and inspected.
    public var isOwn: Bool { if case .command = target { true } else { false } }

    /// Ends the server if it runs, and starts it again.
    public func restart(_ place: Place = .fresh, output: Output? = nil) throws(ServerUnavailable) {
        stop()
        try start(place, output: output)
    }

    func start(_ place: Place = .fresh, output: Output? = nil) throws(ServerUnavailable) {
        guard case .command(let command, let fixedPort) = target else { return }
        let port = try place == .samePort ? address.port : freePort(fixed: fixedPort)
        let text = command.replacing(ServerTarget.portMark, with: "\(port)")
        do throws(SystemError) { try spawn(text, output ?? surroundings.output) } catch { throw .system(error) }
        do throws(ServerUnavailable) { try waitUntilListening(text, port) } catch {
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
        // Its input stays open and brings nothing: a server may end on a key press, or at the end of its input.
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
            // A pipe of one page, the smallest, which is never read.
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

    private func waitUntilListening(_ command: String, _ port: UInt16) throws(ServerUnavailable) {
        let deadline = clock.now + limits.start
        while true {
            // Judged after one more check, since the time may have run out while this process did not run.
            let isLate = clock.now >= deadline
            // Twice, since a server may begin to listen between reading the kernel's two lists, and IPv4 is preferred.
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
                    command: command, port: port, within: limits.start, lastLine: lastLine)
            }
            // The kernel does not notify anyone when another process starts to listen.
            clock.pause(.milliseconds(3))
        }
    }
}

extension SocketAddress {
    /// The address at which this machine reaches a local listener: its own address, or loopback if it listens on all addresses.
    fileprivate var reachable: Self {
        switch unmapped {
        case .ipv4(0, let port), .ipv6(0, 0, let port, _): .loopback(port: port)
        case let address: address
        }
    }
}

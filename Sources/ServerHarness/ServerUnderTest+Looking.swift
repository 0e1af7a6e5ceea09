// Inspecting a server that was started here: its processes, and how it ended.
public import LinuxIO

extension ServerUnderTest {
    /// The resources of its processes, in total; nil if it was not started here, or has ended.
    public var footprint: Footprint? {
        guard let tree else { return nil }
        let (living, zombies) = tree.members
        var footprint = Footprint(of: living)
        // A child that was not waited for is still in the kernel's table.
        footprint?.threads += zombies
        return footprint
    }

    /// The processor time of its processes so far, and how long their threads were ready to run; zero if there are none.
    public var processorTime: Duration { processes.reduce(.zero) { $0 + $1.processorTime } }
    public var readyTime: Duration { processes.reduce(.zero) { $0 + $1.readyTime } }

    /// Whether it runs on a processor, or waits for one; false if it was not started here.
    public var isReady: Bool { tree?.processes.contains(where: \.isReady) ?? false }

    /// Its living processes, if it was started here.
    public var processes: [Proc] { tree?.processes ?? [] }

    /// The processes that hold the listening socket, the first one started first.
    public var listeningProcesses: [Proc] {
        guard let listener else { return [] }
        return processes.filter { $0.sockets.contains(listener.inode) }.sorted { $0.pid < $1.pid }
    }

    /// The process that gets SIGTERM: the one that listens; of several, the one that has started the others. Nil if the server's processes
    /// are not visible, as in a container that was started elsewhere.
    public var mainProcess: Proc? {
        let all = listeningProcesses
        let numbers = Set(all.map(\.pid))
        return all.first { $0.parent.map { !numbers.contains($0) } ?? false } ?? all.first
    }

    /// Whether this is the command's own process, so that its exit status is the command's.
    public func isCommand(_ process: Proc) -> Bool { self.process?.pid == process.pid }

    /// The processes that hold the server's side of a connection, given the port of the other side.
    public func holders(ofConnectionTo port: UInt16) -> [Proc] {
        guard let inode = PortUse.inode(of: address.port, connectedTo: port) else { return [] }
        return processes.filter { $0.sockets.contains(inode) }
    }

    /// Whether the serving processes can be inspected.
    public var isVisible: Bool { !listeningProcesses.isEmpty }

    /// Whether it is still running; true for one that was not started here.
    public var isRunning: Bool { !isOwn || !processes.isEmpty }

    /// Stops all of its processes as a debugger would, and returns once they are stopped; or resumes them. SIGSTOP, SIGCONT.
    public func stand(still: Bool) {
        let processes = processes
        for process in processes { process.send(signal: still ? 19 : 18) }
        guard still else { return }
        // Only a parent is notified of that.
        _ = clock.look(every: .milliseconds(1), for: limits.standstill) { processes.allSatisfy { $0.state == "T" } }
    }

    /// How the command ended; nil while it runs.
    public func exit(within limit: Duration = .zero) -> ChildProcess.Exit? {
        guard let process else { return nil }
        // In short waits, so that this process's own absence does not count.
        let deadline = clock.now + limit
        while true {
            let rest = max(.zero, min(deadline - clock.now, .milliseconds(50)))
            if let exit = clock.waiting(atMost: rest, { process.waitForExit(within: rest) }) { return exit }
            if clock.now >= deadline { return process.waitForExit(within: .zero) }
        }
    }

    /// What the server has printed on standard error, as far as it is kept.
    public var errors: String { process?.errors ?? "" }

    /// The line in which an interpreter reports the error, if it can be recognised; else the last line.
    public static func tellingLine(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        let telling = lines.last { line in
            !line.hasPrefix(" ") && ["Error", "Exception", "error:", "panic:", "fatal"].contains { line.contains($0) }
        }
        return telling ?? lines.last ?? ""
    }

    /// The last line that the server has printed, on standard error if there is any.
    public var lastLine: String {
        guard let process else { return "" }
        return Self.tellingLine(process.errors.isEmpty ? process.output : process.errors)
    }
}

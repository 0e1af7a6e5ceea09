// Connecting clients, and reading their greetings.
import EcoProtocol
import LinuxIO
import Reactor
import SystemPackage

extension LoadGenerator where Kind: ~Copyable {
    /// Begins as many connections as the limit and the ramp allow.
    mutating func openMore() {
        loop.readClock()
        let now = loop.now.nanoseconds
        if ramp.opened == 0 { ramp.begin = now }
        // Talking consists of sessions: none begins before it.
        let allowed =
            Kind.countsSessions && phase != .talking
            ? 0 : min(job.clients.count, ramp.allowance(now, of: job.clients.count, over: job.plan.rampSeconds))
        while ramp.opened < allowed, ramp.connecting < Ramp.connectingAtOnce, hasSessionLeft {
            ramp.opened += 1
            open(index: job.clients.lowerBound + ramp.opened - 1)
        }
        if ramp.opened < job.clients.count, allowed < job.clients.count, phase != .over {
            let step = Int64(job.plan.rampSeconds * 1e9) / Int64(job.clients.count)
            loop.deadlines.set(Deadline.ramp, at: Instant(nanoseconds: now + max(step, 100_000)))
        }
    }

    /// Whether the plan allows one more connection.
    private var hasSessionLeft: Bool { !Kind.countsSessions || quota > 0 }

    /// Begins the postponed connections, and as many more as the ramp allows by now.
    mutating func openAgain() {
        let again = ramp.retries
        ramp.retries = []
        if phase == .talking || phase == .connecting {
            // Other clients may have begun the last of the sessions meanwhile.
            for index in again where hasSessionLeft { open(index: index) }
        }
        openMore()
        Kind.retriesBegun(in: &self)
    }

    /// Begins one connection.
    mutating func open(index: Int) {
        measurements.ledger.asked += 1
        if Kind.countsSessions { quota -= 1 }
        let socket: ClientSocket
        do throws(SystemError) { socket = try newSocket(index) } catch {
            return failed(Self.fate(of: error.errno), index)
        }
        let since = Instant.now.nanoseconds
        if case .failed(let errno) = socket.connect(to: job.target) {
            if errno == .wouldBlock { return knockAgain(index) }
            return failed(Self.fate(of: errno), index)
        }
        guard let slot = clients.insert() else { return failed(Self.fate(of: .noMemory), index) }
        // In a session without texts only the goodbye is sent: the kernel never holds it back.
        if !Kind.countsSessions { Socket.sendWithoutDelay(socket.number) }
        clients[slot].number = socket.release()
        clients[slot].index = UInt32(index)
        clients[slot].since = since
        let start = job.tape.start(client: index)
        clients[slot].sendMessage = UInt32(start)
        clients[slot].checkMessage = UInt32(start)
        clients[slot].sendPlace = UInt32(job.tape.begin(of: start))
        clients[slot].checkPlace = UInt32(job.tape.begin(of: start))
        setDeadline(slot, loop.tick)
        ramp.connecting += 1
        do throws(SystemError) {
            try loop.register(clients[slot].number, clients.token(slot), interest: [.readable, .writable])
        } catch { end(slot, .outOfDescriptors) }
    }

    private func newSocket(_ index: Int) throws(SystemError) -> ClientSocket {
        let socket = try ClientSocket(job.target.socketFamily)
        if !job.sources.isEmpty { try socket.comeFrom(job.sources[index % job.sources.count]) }
        return socket
    }

    /// The queue of a Unix socket is full: a TCP socket would wait, but this one has to ask again. unix(7).
    private mutating func knockAgain(_ index: Int) {
        measurements.ledger.asked -= 1
        if Kind.countsSessions { quota += 1 }
        tryAgain(index)
    }

    /// Opens a connection again, after a pause, since a server that refuses all clients would be asked without end.
    mutating func tryAgain(_ index: Int) {
        if ramp.retries.isEmpty { loop.deadlines.set(Deadline.ramp, at: loop.now + .milliseconds(10)) }
        ramp.retries.append(index)
    }

    /// A connection that failed.
    private mutating func failed(_ fate: Ledger.Fate, _ index: Int) {
        measurements.ledger.count(fate)
        switch phase {
        case .connecting: settleIfConnected()
        case .talking: Kind.ended(index, fate, in: &self)
        default: break
        }
    }

    static func fate(of errno: Errno) -> Ledger.Fate {
        switch errno {
        case .connectionRefused: .refused
        case .connectionReset, .connectionAbort, .brokenPipe: .reset
        case .timedOut: .timedOut
        case .addressNotAvailable, .addressInUse: .outOfPorts
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory, .noBufferSpace: .outOfDescriptors
        default: .unreachable
        }
    }

    /// The connection is established, or has failed.
    mutating func connected(_ slot: Int) {
        if let errno = Socket.connectionError(clients[slot].number) { return end(slot, Self.fate(of: errno)) }
        if Socket.isConnectedToItself(clients[slot].number, job.target) { return end(slot, .selfConnected) }
        let now = Instant.now.nanoseconds
        measurements.ledger.connected += 1
        measurements.connecting.note(now - clients[slot].since)
        clients[slot].since = now
        watch(slot, write: false)
        if job.plan.serverProtocol == .echo { return welcome(slot) }
        clients[slot].state = .greeting
        setDeadline(slot, loop.tick)
    }

    /// Bytes of the greeting, or of a refusal.
    mutating func receiveGreeting(_ slot: Int, _ count: Int) {
        for place in 0..<count {
            let byte = unsafe buffer[place]
            let offset = Int(clients[slot].lineOffset)
            switch Greeting.step(offset, byte) {
            case .goOn(let next): clients[slot].lineOffset = UInt8(next)
            case .refusal:
                clients[slot].state = .refused
                return
            case .wrong(let expected):
                note(
                    WrongByte(
                        client: Int(clients[slot].index), offset: UInt64(offset), expected: expected, got: byte,
                        part: "greeting"))
                return end(slot, .wrongBytes)
            case .complete:
                guard place == count - 1 else {
                    note(
                        WrongByte(
                            client: Int(clients[slot].index), offset: 0, expected: nil, got: unsafe buffer[place + 1],
                            part: "answer"))
                    return end(slot, .wrongBytes)
                }
                measurements.greeting.note(Instant.now.nanoseconds - clients[slot].since)
                return welcome(slot)
            }
        }
    }

    /// The client can be used.
    private mutating func welcome(_ slot: Int) {
        ramp.connecting -= 1
        measurements.ledger.greeted += 1
        clients[slot].state = .talking
        clients[slot].deadlineTick = 0
        talking += 1
        openMore()
        Kind.greeted(slot, in: &self)
    }

    mutating func setDeadline(_ slot: Int, _ tick: UInt32) {
        clients[slot].deadlineTick = tick &+ timeoutTicks
        timers.noteDeadline(clients[slot].deadlineTick)
    }

    mutating func watch(_ slot: Int, write: Bool) {
        guard clients[slot].wantsToWrite != write else { return }
        clients[slot].wantsToWrite = write
        // Changing the interest of a registered descriptor needs no memory.
        try? loop.update(
            clients[slot].number, clients.token(slot), interest: write ? [.readable, .writable] : .readable)
    }

    mutating func note(_ wrong: WrongByte) {
        if measurements.firstWrongByte == nil { measurements.firstWrongByte = wrong }
    }
}

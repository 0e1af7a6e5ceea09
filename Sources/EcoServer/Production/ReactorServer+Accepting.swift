// How clients are accepted, or refused.
internal import EcoProtocol
internal import LinuxIO
internal import Logging
internal import Reactor
internal import SystemPackage

extension ReactorServer where P: ~Copyable {
    /// The maximum of clients per turn and listener, so that a crowd of new clients does not hold up the connected ones.
    static var acceptBatch: Int { 64 }

    mutating func watchListeners() throws(SystemError) {
        for entry in listeners.entries {
            try loop.register(entry.listener.number, .source(Source.firstListener + entry.id), interest: .readable)
        }
    }

    /// Accepts a batch of clients from a listener. True if no more wait there, or none can be accepted now.
    @discardableResult
    mutating func acceptClients(_ id: Int) -> Bool {
        // An event of this turn may have paused or closed the listener since.
        guard !isAcceptingPaused, let entry = listeners.entry(id) else { return true }
        for _ in 0..<Self.acceptBatch {
            switch entry.listener.accept(peer: &peer) {
            case .accepted(let descriptor):
                admit(descriptor.release())
                if isAcceptingPaused { return true }
            case .wouldBlock: return true
            case .goOn: continue
            case .listenerDied(let errno):
                loseListener(entry, errno)
                return true
            case .outOfDescriptors(let errno):
                switch refuseWithReserve(entry.listener) {
                case .refused: continue
                case .nobodyWaits: return true
                case .impossible:
                    pauseAccepting(errno)
                    return true
                }
            case .outOfMemory(let errno):
                pauseAccepting(errno)
                return true
            }
        }
        return false
    }

    /// Greets a client, or refuses it.
    private mutating func admit(_ number: Int32) {
        switch admission.admit(number, SocketAddress(peer: peer)) {
        case .admitted(let ticket): welcome(number, ticket)
        case .refused(let cause): refuse(number, cause)
        }
    }

    /// Gives an admitted client its slot, and greets it.
    private mutating func welcome(_ number: Int32, _ ticket: Admission.Ticket) {
        guard let slot = table.insert() else {
            admission.takeBack(ticket)
            return refuse(number, .resources)
        }
        if !service.console.isQuiet { service.console.accepted(SocketAddress(peer: peer)) }
        table[slot].number = number
        table[slot].address = ticket.address
        service.keepAlive(number, client: ticket.number, connected: admission.clients)
        sendFirst(.greeting(client: ticket.number), slot)
    }

    /// Sends the first line of a connection and begins to watch it.
    private mutating func sendFirst(_ line: ServerLine, _ slot: Int) {
        let number = table[slot].number
        let bytes = unsafe memory.write(line)
        var sent = 0
        switch unsafe Socket.send(number, bytes) {
        case .bytes(let count): sent = count
        case .wouldBlock, .interrupted: break
        case .failed: return closeOrLinger(slot, .broken)
        }
        page.add(UInt64(sent), to: .bytesOut)
        let isWhole = sent == bytes.count
        do { try loop.register(number, table.token(slot), interest: isWhole ? .readable : .writable) } catch {
            return closeOrLinger(slot, .resources)
        }
        if isWhole {
            _ = table[slot].life.take(.greeted)
            restartIdleTimer(slot)
        } else {
            table[slot].driverFlags.insert(.watchesWritable)
            let token = table.token(slot)
            unsafe keep(UnsafeRawBufferPointer(rebasing: bytes[sent...]), slot)
            guard table.find(token) != nil else { return }
        }
        drainIfLate(slot)
    }

    // MARK: - Refusing

    /// Tells a client why it cannot be served, and closes its connection cleanly.
    private mutating func refuse(_ number: Int32, _ cause: Refusal) {
        if cause == .descriptors { tellOfDescriptorEnd(number) }
        // The other clients wait until there may be memory.
        defer { if cause == .resources { pauseAccepting(.noMemory) } }
        let (sent, mayLinger) = unsafe Lingering.tellAndEnd(number, admission.refuse(cause), in: memory.space.input)
        page.add(UInt64(sent), to: .bytesOut)
        guard mayLinger else { return Descriptor.close(number) }
        guard admission.letLinger(number) else { return leaveAtOnce(number) }
        guard let slot = table.insert() else {
            admission.endLingering()
            return leaveAtOnce(number)
        }
        table[slot].number = number
        _ = table[slot].life.take(.refused)
        do { try loop.register(number, table.token(slot), interest: .readable) } catch {
            return close(slot)
        }
        setDeadline(slot, loop.tick + Self.lingerTicks)
    }

    /// Logs once why clients are refused below the limit on clients: the poller cannot watch descriptors this high.
    private mutating func tellOfDescriptorEnd(_ number: Int32) {
        guard !hasToldOfDescriptorEnd else { return }
        hasToldOfDescriptorEnd = true
        service.tellOfDescriptorEnd(
            number, EventLoop<P>.pollerName, EventLoop<P>.descriptorEnd, clients: admission.clients)
    }

    /// Closes the connection of a client that got a line and cannot linger.
    private func leaveAtOnce(_ number: Int32) {
        unsafe Lingering.discardUnread(number, into: memory.space.input)
        Descriptor.close(number)
    }

    /// The outcome of refusing a client for lack of descriptors.
    private enum ReserveRefusal {
        /// One client is refused, or had gone.
        case refused
        /// No client waits: the kernel looks for a descriptor before it looks for a client.
        case nobodyWaits
        /// There is no reserve, or it did not help.
        case impossible
    }

    /// Refuses one waiting client with the help of the reserve descriptor.
    private mutating func refuseWithReserve(_ listener: borrowing Listener) -> ReserveRefusal {
        guard reserve != nil else { return .impossible }
        reserve = nil
        defer { reserve = try? EventDescriptor() }  // If another process was faster, accepting pauses next time.
        let descriptor: Descriptor
        switch listener.accept(peer: &peer) {
        case .accepted(let accepted): descriptor = accepted
        case .wouldBlock: return .nobodyWaits
        case .goOn: return .refused
        case .outOfDescriptors: return .impossible
        case .outOfMemory: return .impossible
        // The next call notices that too.
        case .listenerDied: return .refused
        }
        let line = admission.refuse(.descriptors)
        let sent = unsafe Lingering.turnAway(descriptor.number, line, in: memory.space.input)
        page.add(UInt64(sent), to: .bytesOut)
        return .refused
    }

    // MARK: - Listeners that die

    /// Removes a listener that has died, and logs it.
    private mutating func loseListener(_ entry: Listeners.Entry, _ errno: Errno) {
        service.tellOfDeadListener(entry.listener.address, errno)
        try? loop.deregister(entry.listener.number)  // It is registered.
        listeners.remove(entry.id)
        if listeners.entries.isEmpty { obey(leaving.loseListeners()) }
    }

    // MARK: - Pausing

    /// Stops watching the listeners, which would report the same client constantly; a close or a timer resumes.
    private mutating func pauseAccepting(_ errno: Errno) {
        service.tellOfPause(errno, clients: admission.clients)
        isAcceptingPaused = true
        for entry in listeners.entries { try? loop.deregister(entry.listener.number) }
        loop.deadlines.set(Deadline.resumeAccepting, at: loop.now + Admission.pause)
    }

    /// Watches the listeners again.
    mutating func resumeAccepting() {
        guard isAcceptingPaused else { return }
        loop.deadlines.cancel(Deadline.resumeAccepting)
        do {
            if reserve == nil { reserve = try EventDescriptor() }
            try watchListeners()
            isAcceptingPaused = false
        } catch {
            for entry in listeners.entries { try? loop.deregister(entry.listener.number) }  // Some may be registered.
            loop.deadlines.set(Deadline.resumeAccepting, at: loop.now + Admission.pause)
        }
    }
}

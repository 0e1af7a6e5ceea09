// How a blocking model waits for its next client.
internal import LinuxIO
internal import Reactor
internal import SystemPackage

/// An accepted client, on a blocking socket.
struct LessonClient: ~Copyable {
    let socket: Descriptor
    let peer: SocketAddress
}

extension LessonDesk {
    /// Waits for the next client; nil when the server leaves and the backlog is empty. Blocks.
    func nextClient(at listeners: Listeners) -> LessonClient? {
        var peer = KernelAddress()
        while phase != .over {
            if phase == .leaving, state.withLock({ $0.leaving.hasTakenBacklog }) { return nil }
            var isBacklogEmpty = true
            var shortage: Errno?
            let entries = listeners.entries
            let first = listeners.beginRound()
            for offset in entries.indices {
                let entry = entries[(first + offset) % entries.count]
                switch entry.listener.accept(peer: &peer, blocking: true) {
                case .accepted(let socket):
                    noteAccepted()
                    return LessonClient(socket: socket, peer: SocketAddress(peer: peer))
                case .wouldBlock: continue
                case .goOn: isBacklogEmpty = false
                case .outOfDescriptors(let errno): shortage = errno
                case .outOfMemory(let errno): shortage = errno
                case .listenerDied(let errno):
                    service.tellOfDeadListener(entry.listener.address, errno)
                    listeners.remove(entry.id)
                    noteListeners(listeners.entries.count)
                }
            }
            if listeners.entries.isEmpty { return nil }
            if let shortage {
                pause(shortage)
                continue
            }
            guard isBacklogEmpty else { continue }
            if phase == .leaving { return nil }
            Poll.isAnyReadable(listeners.numbers)
        }
        return nil
    }

    /// Notes how many listeners are left. The last one takes the server with it; the supervisor has to notice that.
    private func noteListeners(_ count: Int) {
        obey { state in
            state.listeners = count
            return count == 0 ? state.leaving.loseListeners() : .nothing
        }
        if count == 0 { service.control.waker.wake() }
    }

    /// The system gives no descriptor, or no memory, for the next client, which waits; that is logged once until one is accepted. Clients in
    /// the backlog are greeted even while the server leaves, as soon as a connected client has gone.
    private func pause(_ errno: Errno) {
        let (isFirst, clients) = state.withLock { state in
            defer { state.mayHaveBacklog = true }
            return (!state.mayHaveBacklog, state.admission.clients)
        }
        if isFirst { service.tellOfPause(errno, clients: clients) }
        rest()
    }

    /// A client is accepted: it counts as one of the backlog while the server leaves.
    private func noteAccepted() {
        state.withLock { state in
            state.mayHaveBacklog = false
            if state.leaving.hasBegun { state.leaving.takeFromBacklog(1) }
        }
    }
}

// How a server sleeps until something is ready, and time passes.
import CLinux
import Glibc

extension SimulatedKernel {
    /// So often may a descriptor be reported without the server doing anything about it.
    private static var reportLimit: Int { 8 }
    /// So many turns in a row may have neither an event nor a call.
    private static var emptyTurnLimit: Int { 64 }

    /// Waits as epoll_wait(2), poll(2) and select(2) do: the world moves until something is ready or time is up.
    ///
    /// - Parameters:
    ///   - instance: what is watched.
    ///   - report: tells the caller what is ready, and says how much that is.
    func wait(
        _ call: KernelCall, _ fd: Int32, _ timeout: Int64, on instance: WatchList, _ report: () -> Int
    ) -> Int32 {
        let argument = timeout < 0 ? -1 : Int(timeout)
        let made = calls.reduce(0, +) - calls[Int(KernelCall.clock.rawValue)]
        let wasIdle = made == callsAtLastWait + 1
        callsAtLastWait = made
        for case .stream(let connection)? in objects where connection.isHeldBack && !connection.serverEnded {
            fail("client \(connection.number) waits for bytes that MSG_MORE holds back")
        }
        observer?.turnEnds()
        clientObserver?.waits(by: call)
        if failure == nil, let errno = effect(call, fd, nil, canFail: true).0 {
            return end(call, fd, argument, -errno)
        }
        let (begin, deadline) = (now, timeout < 0 ? Int64.max : now + timeout)
        network.moveWorld()
        if failure == nil, stands() { return end(call, fd, argument, -EINTR) }
        waiting = ({ self.isAnythingReady(in: instance) }, deadline)
        defer { waiting = nil }
        while failure == nil {
            network.fireTimers()
            if let other = network.other(than: self), !canGoOn || network.prefersOther() {
                network.give(to: other, from: self)
                continue
            }
            let ready = report()
            if ready > 0 {
                emptyTurns = 0
                return end(call, fd, argument, Int32(ready))
            }
            if now >= deadline {
                emptyTurns = wasIdle && now - begin < longSleep ? emptyTurns + 1 : 0
                if emptyTurns > Self.emptyTurnLimit { fail("\(emptyTurns) turns in a row with nothing to do") }
                return end(call, fd, argument, 0)
            }
            let next = min(world?.nextMoment ?? .max, network.nextTimer, network.nextDeadline)
            if next == .max {
                let before = trace.count
                network.nothingWillHappen()
                if trace.count == before { fail("deadlock: the server sleeps for ever, and nothing will happen") }
            } else {
                now = max(now, next)
                network.moveWorld()
            }
        }
        return end(call, fd, argument, -EINVAL)
    }

    /// Whether the process could run on now: it does not wait, or what it waits for has come.
    var canGoOn: Bool {
        guard let waiting else { return !hasEnded }
        return now >= waiting.deadline || waiting.isReady()
    }

    // MARK: - Readiness

    /// Whether the server has something to do: its next wait would return at once.
    public var isAnythingReady: Bool { watchLists.contains { isAnythingReady(in: $0) } }

    private func isAnythingReady(in instance: WatchList) -> Bool {
        instance.entries.contains { instance.visible(readiness($0.fd), to: $0.events) != 0 }
    }

    /// What descriptors are watched by: each epoll instance, and the last list of poll(2) or sets of select(2).
    var watchLists: [WatchList] {
        objects.compactMap { if case .epoll(let instance)? = $0 { instance } else { nil } } + [lastWatched]
    }

    /// What is ready, at most so much; what is reported goes to the end of the line.
    func collect(_ instance: WatchList, _ capacity: Int) -> [(events: UInt32, data: UInt64)] {
        var found: [(entry: WatchList.Entry, events: UInt32)] = []
        var rest: [WatchList.Entry] = []
        for entry in instance.entries {
            let events = found.count < capacity ? instance.visible(readiness(entry.fd), to: entry.events) : 0
            if events == 0 { rest.append(entry) } else { found.append((entry, events)) }
        }
        guard !found.isEmpty else { return [] }
        if orderOfEvents != nil { found.shuffle(using: &orderOfEvents!) }
        if let sortsEvents {
            let order = sortsEvents(found.map(\.entry.fd))
            found.sort { order.firstIndex(of: $0.entry.fd) ?? 0 < order.firstIndex(of: $1.entry.fd) ?? 0 }
        }
        for index in found.indices {
            found[index].entry.reports += 1
            if found[index].entry.reports > Self.reportLimit {
                fail("busy loop: descriptor \(found[index].entry.fd) is reported again and again")
            }
        }
        instance.entries = rest + found.map(\.entry)
        return found.map { ($0.events, $0.entry.data) }
    }

    private func readiness(_ fd: Int32) -> UInt32 {
        switch object(fd) {
        case .event(let counter): counter.value > 0 ? EpollBits.readable : 0
        case .signals(let queue): queue.pending.isEmpty ? 0 : EpollBits.readable
        case .socket(let socket): socket.backlog.isEmpty ? 0 : EpollBits.readable
        case .stream(let connection): connection.readiness
        case .client(let end): end.readiness
        case .epoll, .standard, nil: 0
        }
    }

    /// Whether the process is stopped in this wait, for a while in which the world goes on. It wakes with EINTR, as after
    /// SIGSTOP and SIGCONT.
    private func stands() -> Bool {
        if let duration = nextStop {
            nextStop = nil
            stand(for: duration)
            return true
        }
        guard stops != nil, stops!.random.happens(perMille: stops!.perMille) else { return false }
        stand(for: Int64(stops!.random.pick(1...stops!.longest)))
        return true
    }

    /// Lets time pass in the middle of a call: the process is stopped there, or its own work takes long.
    public func passTime(_ nanoseconds: Int64) {
        now += nanoseconds
        observer?.stood(from: now - nanoseconds, to: now)
        clientObserver?.stood(from: now - nanoseconds, to: now)
    }

    /// Lets time pass in which the process does not run.
    private func stand(for duration: Int64) {
        let (begin, until) = (now, now + duration)
        trace.note(now, "the process is stopped", amount: Int(duration / 1_000_000))
        sleep(until: until)
        observer?.stood(from: begin, to: until)
        clientObserver?.stood(from: begin, to: until)
    }

    /// Lets the world go on while the process does nothing. For tests: nanosleep(2), by which programs sleep, is the real kernel's.
    public func sleep(until: Int64) {
        waiting = ({ false }, until)
        defer { waiting = nil }
        while now < until, failure == nil {
            if let other = network.other(than: self) {
                network.give(to: other, from: self)
                continue
            }
            // Whoever has something to do at once does it by the millisecond, so that this comes to an end.
            let next = max(now + 1_000_000, min(world?.nextMoment ?? .max, network.nextTimer))
            now = min(until, next, max(now, network.nextDeadline))
            network.fireTimers()
            network.moveWorld()
        }
    }

    /// When something happens of its own accord to a connection of this process.
    var nextTimer: Int64 {
        min(timers.map(\.moment).min() ?? .max, nextProbe, knocking.map(\.moment).min() ?? .max)
    }

    func fireTimers() {
        sendProbes()
        knockAgain()
        guard !timers.isEmpty else { return }
        for timer in timers where timer.moment <= now { timer.connection.resetServer(ETIMEDOUT) }
        timers.removeAll { $0.moment <= now || $0.connection.isServerClosed }
    }
}

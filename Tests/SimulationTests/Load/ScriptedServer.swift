// A server without a process: the world plays it.
#if DEBUG
    import SimulatedKernel

    /// Accepts, and lets its sessions do what their script says.
    final class ScriptedServer {
        let script: ServerScript
        /// Those that have gone wrong, by the connection's number, with what was done.
        private(set) var mistaken: [Int: ServerMistake] = [:]
        private unowned let network: SimulatedNetwork
        private let socket: ListeningSocket
        private var random: KernelRandom
        private var sessions: [ScriptedSession] = []
        private var accepted = 0
        private var acceptsAt: Int64?

        init(_ script: ServerScript, _ network: SimulatedNetwork, seed: UInt64) {
            self.script = script
            self.network = network
            random = KernelRandom(seed: seed)
            socket = network.listen(at: script.address, backlog: script.backlog)
        }

        private(set) var isDead = false

        var nextMoment: Int64? {
            guard !isDead else { return nil }
            var next = script.diesAt ?? Int64.max
            if socket.waiting > 0 { next = acceptsAt ?? network.now }
            for session in sessions { next = min(next, session.nextMoment(network.now) ?? .max) }
            return next == .max ? nil : next
        }

        func act() {
            guard !isDead else { return }
            if let diesAt = script.diesAt, network.now >= diesAt { return die() }
            accept()
            for session in sessions { session.act(network.now) }
            for session in sessions where session.hasErred {
                mistaken[session.connection.number] = session.mistake
            }
            sessions.removeAll { $0.isOver }
        }

        private func accept() {
            guard socket.waiting > 0 else { return }
            guard let acceptsAt else {
                self.acceptsAt = network.now + Int64(random.pick(0...script.acceptDelay))
                return accept()
            }
            guard network.now >= acceptsAt else { return }
            while let connection = socket.accept() {
                let errs = random.happens(perMille: script.mistakesPerMille)
                sessions.append(
                    ScriptedSession(
                        script, connection, number: script.firstNumber + accepted, now: network.now,
                        mistake: errs ? script.mistake : nil, seed: random.next()))
                accepted += 1
            }
            self.acceptsAt = nil
        }

        /// The process ends: who waits is reset, who is connected is closed.
        private func die() {
            isDead = true
            network.close(socket)
            for session in sessions {
                mistaken[session.connection.number] = session.isDone ? nil : .closes(at: 0)
                session.connection.serverCloses()
            }
            sessions = []
        }
    }
#endif

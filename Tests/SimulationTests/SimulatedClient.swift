// One client: a small state machine that the world moves.
#if DEBUG
    import SimulatedKernel

    /// Follows its plan, and checks every byte that it receives.
    final class SimulatedClient {
        let plan: ClientPlan
        private unowned let kernel: SimulatedKernel
        private unowned let referee: Referee
        private(set) var connection: SimulatedConnection?
        /// When it does something next that it has planned.
        private var planned: Int64?
        private(set) var received = 0
        /// How the server's side ended, as far as this client has noticed.
        private(set) var sawEnd = false
        private(set) var sawReset = false
        private(set) var isOver = false

        private var sent = 0
        private var segment = 0
        private var nextSend: Int64
        private var nextRead: Int64 = 0
        private var endingAt: Int64?
        private var hasEnded = false
        private var knocks = 0

        init(_ plan: ClientPlan, _ kernel: SimulatedKernel, _ referee: Referee) {
            self.plan = plan
            self.kernel = kernel
            self.referee = referee
            nextSend = kernel.now + plan.arrival
            planned = nextSend
        }

        private var ledger: Ledger? { connection.flatMap { referee.ledgers[$0.number] } }

        /// Whether the server has done something that this client would notice now.
        var hasNews: Bool {
            guard let connection, !isOver, nextRead <= kernel.now else { return false }
            return hasNewsSoon(connection)
        }

        /// When it acts next; nil when it waits for the server, or is gone.
        var nextMoment: Int64? {
            guard !isOver, let connection, hasNewsSoon(connection) else { return planned }
            return min(planned ?? .max, max(nextRead, kernel.now))
        }

        func act() {
            planned = nil
            guard !isOver else { return }
            guard let connection else { return knock() }
            read(connection)
            if !isOver { send(connection) }
            if !isOver { end(connection) }
            schedule(connection)
        }

        private func knock() {
            knocks += 1
            connection = kernel.connect(from: plan.peer)
            // A full backlog drops the SYN, which is sent again after a second, two, ...
            planned = kernel.now + (connection == nil ? Int64(knocks) * 1_000_000_000 : 0)
            if connection == nil, knocks > 4 || kernel.listeners.isEmpty {
                isOver = true
                planned = nil
            }
        }

        // MARK: - Reading

        private func read(_ connection: SimulatedConnection) {
            guard kernel.now >= nextRead else { return }
            var most = Int.max
            switch plan.reading {
            case .never: return
            case .eager: break
            case .slow(let bytes, let every):
                most = bytes
                nextRead = kernel.now + every
            }
            switch connection.clientReceive(most) {
            case .nothing: break
            case .bytes(let bytes):
                guard let ledger, ledger.model.expected[received...].starts(with: bytes) else {
                    return kernel.fail("client \(connection.number) received what it is not owed")
                }
                received += bytes.count
            case .end: sawEnd = true
            case .reset:
                sawReset = true
                isOver = true
            }
        }

        // MARK: - Sending

        private var wantsToSend: Bool { sent < plan.stream.count && !hasEnded && !(sawEnd && plan.readsAll) }

        private func send(_ connection: SimulatedConnection) {
            guard wantsToSend, kernel.now >= nextSend else { return }
            let length = plan.segments[segment % plan.segments.count]
            guard let count = connection.clientSend(plan.stream[sent...].prefix(length)) else {
                if plan.reading == .never { isOver = true }
                return nextSend = kernel.now + 10_000_000
            }
            guard count > 0 else { return nextSend = kernel.now + 10_000_000 }
            sent += count
            segment += 1
            nextSend = kernel.now + plan.pause
        }

        private func end(_ connection: SimulatedConnection) {
            guard !hasEnded else { return }
            let isDone: Bool =
                switch plan.ending {
                case .halfClose: sawEnd || sent == plan.stream.count
                case .close: sawEnd || (sent == plan.stream.count && hasAll(connection))
                case .stay: sawEnd
                case .reset, .vanish: sent >= plan.stream.count / 2
                case .leave: true
                }
            guard isDone else { return endingAt = nil }
            guard let endingAt else { return endingAt = kernel.now + plan.hesitation }
            guard kernel.now >= endingAt else { return }
            hasEnded = true
            switch plan.ending {
            case .halfClose where !sawEnd: connection.clientEndSending()
            case .halfClose, .close, .stay, .leave: close(connection)
            case .reset:
                connection.clientReset()
                isOver = true
            case .vanish:
                connection.clientVanishes()
                isOver = true
            }
        }

        private func hasAll(_ connection: SimulatedConnection) -> Bool {
            guard let ledger, ledger.isSession, connection.unreadByServer == 0 else { return false }
            return ledger.isAnswered && received == ledger.model.expected.count
        }

        private func close(_ connection: SimulatedConnection) {
            connection.clientClose()
            isOver = true
        }

        // MARK: - Scheduling

        private func schedule(_ connection: SimulatedConnection) {
            if !isOver, hasEnded, sawEnd { close(connection) }
            guard !isOver else { return }
            var moments: [Int64] = []
            if wantsToSend { moments.append(nextSend) }
            if let endingAt, !hasEnded { moments.append(endingAt) }
            planned = moments.min().map { max($0, kernel.now + 1) }
        }

        private func hasNewsSoon(_ connection: SimulatedConnection) -> Bool {
            guard plan.reading != .never else { return false }
            return connection.unreadByClient > 0 || connection.isClientReset || (connection.serverEnded && !sawEnd)
        }

        /// After all is over: did it get what it had a right to?
        func check() {
            guard plan.readsAll, let connection, kernel.failure == nil else { return }
            guard let ledger else { return }  // It was never accepted.
            guard ledger.excuse == nil else { return }
            let name = "client \(connection.number) (\(plan.ending))"
            if sawReset { return kernel.fail("\(name) was reset, and lost what it had not read") }
            if !sawEnd, !connection.isClientClosed { return kernel.fail("\(name) was left alone") }
            // Who closes with all answers in hand does not hear what comes after that.
            let isServed = sawEnd || plan.ending != .close
            if isServed, received < ledger.model.expected.count {
                kernel.fail("\(name) got \(received) of the \(ledger.model.expected.count) bytes that it is owed")
            }
            checkWhole(ledger)
        }

        /// However the stream was cut, the answer to the whole is the same; message goodbyes aside.
        private func checkWhole(_ ledger: Ledger) {
            guard case .session(let number) = ledger.kind, ledger.sawEnd, ledger.model.end != .goodbye,
                !ledger.toldIdle, ledger.mustRead == nil
            else { return }
            var whole = EchoModel(closesOnInvalid: ledger.model.closesOnInvalid)
            whole.says("Servidor de eco (cliente \(number)).\n")
            whole.read(plan.stream.prefix(sent), countsMessages: false)
            whole.finish()
            if whole.expected != ledger.model.expected {
                kernel.fail("client \(ledger.connection.number): the answer depends on how the stream was cut")
            }
        }
    }
#endif

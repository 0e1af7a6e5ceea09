// Watches every call of a simulated server, and knows what it should have been.
#if DEBUG
    import EcoProtocol
    import Glibc
    import LinuxIO
    import Reactor
    import SimulatedKernel
    @testable import EcoServer

    /// Compares what the server does with the protocol, at the moment at which it does it.
    final class Referee: KernelObserver {
        unowned let kernel: SimulatedKernel
        let configuration: ServerConfiguration
        let limits: ServerLimits
        let hasWorkers: Bool
        /// The books of every connection that was accepted, by its number.
        private(set) var ledgers: [Int: Ledger] = [:]
        /// Those that the server has not closed, in the order of acceptance.
        private(set) var open: [Ledger] = []
        /// When the server was first asked to leave.
        var leavingSince: Int64?
        /// The eventfd by which it was asked, if it was no signal, until it has looked there.
        var askedBy: Int32?
        /// When the server took that request: only from then on it knows.
        var heardAt: Int64?
        private(set) var greeted: UInt64 = 0
        private(set) var refused = 0
        /// The server has taken a second request, and leaves at once: it may have, and it has for certain.
        var hasQuit = false
        var mustQuit = false
        /// Sessions that were closed when the time to leave was over.
        var cutClients = 0
        /// Sessions that were closed while the server left, with answers that the client had not got.
        var lostClients = 0
        /// Those of them that were closed after the listeners, when the server knew for certain that it leaves.
        var surelyLostClients = 0
        var hasClosedListener = false
        /// Times in which the process did not run.
        private(set) var absences: [(from: Int64, to: Int64)] = []
        var lastAcceptErrno: Int32 = 0
        /// The server's own counters, as it said them last.
        var counters = ServerCounters()
        /// What the server counts must agree with.
        private(set) var bytesReceived = 0
        private(set) var bytesSent = 0

        init(_ kernel: SimulatedKernel, _ configuration: ServerConfiguration, _ limits: ServerLimits, hasWorkers: Bool)
        {
            self.kernel = kernel
            self.configuration = configuration
            self.limits = limits
            self.hasWorkers = hasWorkers
        }

        var now: Int64 { kernel.now }
        var sessions: Int { open.count { $0.isSession } }
        var refusals: Int { open.count { $0.kind == .refused } }

        func stood(from: Int64, to: Int64) {
            absences.append((from, to))
        }

        /// When something may be judged that began at a moment and has so much time: a deadline that comes while the process
        /// does not run begins anew, once.
        ///
        /// - Parameter margin: how exactly the deadline is known, in nanoseconds.
        func judged(_ begin: Int64, _ time: Int64, margin: Int64 = 200_000_000) -> Int64 {
            let due = begin + time
            // What took up to a tick is no absence.
            for absence in absences where absence.to - absence.from > 2 * margin {
                if due > absence.from + margin, due <= absence.to - margin {
                    return absence.to + time
                }
            }
            return due
        }

        /// The latest moment for the same: after an absence the whole time begins again.
        func latest(_ begin: Int64, _ time: Int64) -> Int64 {
            max(begin, absences.last?.to ?? begin) + time
        }

        /// How long the process has run since a moment.
        func presence(since begin: Int64) -> Int64 {
            absences.reduce(now - begin) { $0 - max(0, $1.to - max(begin, $1.from)) }
        }

        func fail(_ ledger: Ledger, _ text: @autoclosure () -> String) {
            let acceptance = ledger.connection.acceptance
            kernel.fail("client \(ledger.connection.number) (\(ledger.kind), accepted as \(acceptance)): \(text())")
        }

        func removeOpen(_ ledger: Ledger) { open.removeAll { $0 === ledger } }

        // MARK: - Accepting

        func accepted(_ connection: SimulatedConnection) {
            let model = EchoModel(closesOnInvalid: configuration.invalidBytes == .close)
            let ledger = Ledger(connection, model: model, now: now)
            ledger.isByReserve = lastAcceptErrno == EMFILE || lastAcceptErrno == ENFILE
            lastAcceptErrno = 0
            ledgers[connection.number] = ledger
            open.append(ledger)
        }

        func acceptFailed(_ errno: Int32) { lastAcceptErrno = errno }

        /// The first line says what becomes of a connection.
        private func opens(_ ledger: Ledger, _ bytes: [UInt8]) {
            let line = String(decoding: bytes, as: UTF8.self)
            let others = sessions
            if line.hasPrefix("Servidor de eco") {
                greeted += 1
                ledger.kind = .session(greeted)
                ledger.model.says("Servidor de eco (cliente \(greeted)).\n")
                if others >= limits.maxClients { fail(ledger, "one client too many: \(others) are there already") }
                if let limit = configuration.maxClientsPerAddress, neighbours(ledger) > limit {
                    fail(ledger, "more than \(limit) clients of one address")
                }
            } else {
                ledger.kind = .refused
                refused += 1
                if others >= limits.maxClients {
                    ledger.model.says("Servidor cheio: limite de \(limits.maxClients) clientes.\n")
                } else if ledger.isByReserve, line.hasPrefix("Servidor cheio") {
                    ledger.model.says("Servidor cheio: limite de \(others) clientes.\n")
                } else if let limit = configuration.maxClientsPerAddress, neighbours(ledger) >= limit {
                    ledger.model.says("Limite de \(limit) clientes por endereço.\n")
                } else {
                    fail(ledger, "refused with \(others) clients there: \(line)")
                }
            }
        }

        /// The clients of the same address, this one included if it is one; IPv6 by /64.
        private func neighbours(_ ledger: Ledger) -> Int {
            let peer = ledger.connection.peer
            return open.count { other in
                let address = other.connection.peer
                guard other.isSession, address.isIPv6 == peer.isIPv6 else { return false }
                return peer.isIPv6 ? address.high == peer.high : address.low == peer.low
            }
        }

        // MARK: - Reading

        func received(_ connection: SimulatedConnection, _ bytes: ArraySlice<UInt8>) {
            let ledger = ledgers[connection.number]!
            guard ledger.isSession, ledger.endedAt == nil else {
                noteLingering(ledger)
                if ledger.lingersSince != nil { ledger.dropped += bytes.count }
                return
            }
            bytesReceived += bytes.count
            if ledger.model.end != nil { fail(ledger, "read after its end") }
            if ledger.toldIdle { fail(ledger, "read after its time was over") }
            if ledger.pendingSince != nil { fail(ledger, "read while its answers pend") }
            if !ledger.isAnswered { fail(ledger, "read before the last read was answered") }
            ledger.model.read(bytes)
            ledger.lastActivity = now
        }

        func receivedEnd(_ connection: SimulatedConnection) {
            let ledger = ledgers[connection.number]!
            if ledger.isTalking { ledger.model.finish() }
            ledger.sawEnd = true
        }

        func askedQueue(_ connection: SimulatedConnection) {
            let ledger = ledgers[connection.number]!
            if ledger.mustRead == nil { ledger.mustRead = connection.totalReadByServer + connection.unreadByServer }
        }

        // MARK: - Writing

        func offered(_ connection: SimulatedConnection, _ bytes: [UInt8], result: Int) {
            let ledger = ledgers[connection.number]!
            if ledger.kind == .unknown {
                opens(ledger, bytes)
            } else if ledger.kind == .refused {
                fail(ledger, "a refused client is told more than one line")
            }
            let taken = max(0, result)
            compare(ledger, bytes)
            ledger.sent += taken
            // What is said by means of the reserve descriptor is not counted.
            bytesSent += taken
            if ledger.kind == .refused, taken < bytes.count { ledger.isCutShort = true }
            if taken == bytes.count {
                ledger.pendingSince = nil
                ledger.pendingBytes = 0
                ledger.lastActivity = now
            } else if ledger.pendingSince == nil, ledger.isSession {
                ledger.pendingSince = now
                ledger.pendingBytes = bytes.count - taken
                ledger.deliveredAtPending = connection.totalDelivered
            }
        }

        private func compare(_ ledger: Ledger, _ bytes: [UInt8]) {
            var rest = ledger.model.expected[ledger.sent...]
            if rest.isEmpty, let timeout = configuration.idleTimeout, ledger.isTalking {
                let line = "Tempo esgotado: \(timeout.components.seconds) s sem mensagens.\n"
                if bytes == Array(line.utf8) {
                    ledger.model.says(line)
                    ledger.toldIdle = true
                    rest = bytes[...]
                    if now < judged(ledger.lastActivity, timeout.nanoseconds) {
                        fail(ledger, "its idle time was over after \(now - ledger.lastActivity) ns")
                    }
                    let unread = ledger.connection.unreadByServer
                    if unread > 0 { fail(ledger, "is told that it says nothing, with \(unread) bytes unread") }
                }
            }
            if rest.isEmpty, leavingSince != nil, ledger.isTalking {
                ledger.model.finish(byServer: true)
                rest = ledger.model.expected[ledger.sent...]
            }
            guard !rest.starts(with: bytes) else { return }
            let same = zip(rest, bytes).prefix { $0 == $1 }.count
            let wrong = String(decoding: bytes.dropFirst(same).prefix(60), as: UTF8.self)
            let right = String(decoding: rest.dropFirst(same).prefix(60), as: UTF8.self)
            fail(ledger, "is told \(wrong.debugDescription), is owed \(right.debugDescription)")
        }
    }
#endif

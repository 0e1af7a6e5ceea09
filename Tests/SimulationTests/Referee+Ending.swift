// Whether connections end when they should, and how they should.
#if DEBUG
    import LinuxIO
    import SimulatedKernel
    @testable import EcoServer

    extension Referee {
        /// Lingering lasts for two seconds at most, and not much less.
        private static var shortestLinger: Int64 { 1_700_000_000 }
        private static var longestLinger: Int64 { 2_000_000_000 }
        /// The most that is dropped of a client that lingers.
        private static var lingerBytes: Int { 1 << 20 }
        /// How much later than it could a timeout may come: two ticks, and the turn under way.
        private var lateness: Int64 { 300_000_000 + 2000 * kernel.callCost }

        func endedSending(_ connection: SimulatedConnection) {
            let ledger = ledgers[connection.number]!
            if ledger.endedAt != nil { fail(ledger, "its sending side is ended twice") }
            ledger.endedAt = now
            ledger.deliveredAtEnd = connection.totalDelivered
            ledger.dropped = 0
            noteLingering(ledger)
            guard ledger.isSession else { return }
            let unsent = ledger.model.expected.count - ledger.sent
            if unsent > 0 { fail(ledger, "ended with \(unsent) bytes unsent") }
            if ledger.model.end != nil || ledger.sawEnd || ledger.toldIdle { return }
            guard leavingSince != nil, let mustRead = ledger.mustRead else {
                return fail(ledger, "ended for no reason")
            }
            if connection.totalReadByServer < mustRead {
                fail(ledger, "left with \(mustRead - connection.totalReadByServer) bytes unread that had arrived")
            }
            if !ledger.model.held.isEmpty { fail(ledger, "left with the beginning of a character unanswered") }
        }

        /// Whether the client has got all, once the server has ended its side; the time of lingering counts from there.
        func noteLingering(_ ledger: Ledger) {
            guard let endedAt = ledger.endedAt, ledger.lingersSince == nil else { return }
            if ledger.kind == .refused {
                // Who is not served is not waited for: refusals are bounded in time, whether or not they take their line.
                ledger.lingersSince = endedAt
            } else if ledger.connection.undelivered == 0 {
                // It may have happened while the server slept.
                ledger.lingersSince = max(endedAt, ledger.connection.lastClientRead)
            }
        }

        func broke(_ connection: SimulatedConnection) {
            ledgers[connection.number]!.isBroken = true
            ledgers[connection.number]!.excuse = "broken"
        }

        func notWatched(_ connection: SimulatedConnection) { ledgers[connection.number]!.isUnwatched = true }

        func closes(_ connection: SimulatedConnection) {
            let ledger = ledgers[connection.number]!
            defer { removeOpen(ledger) }
            if ledger.isBroken { return }
            if hasQuit {
                ledger.excuse = "quit"
                // Unless it took the second request for the first one: then it is cut.
                cutClients += ledger.isSession ? 1 : 0
            } else if ledger.isUnwatched {
                loses(ledger, "not watched")
            } else if isTimeToLeaveOver {
                isCutRightly(ledger)
                ledger.excuse = "cut"
            } else if let endedAt = ledger.endedAt, !(ledger.kind == .refused && mayCloseAtOnce(ledger)) {
                noteLingering(ledger)
                guard let lingersSince = ledger.lingersSince else { return closesUndelivered(ledger, endedAt) }
                if ledger.sawEnd || ledger.dropped >= Self.lingerBytes { return }
                let lingered = now - lingersSince
                if lingered < Self.shortestLinger { fail(ledger, "lingered for \(lingered) ns only") }
                ledger.excuse = "lingered"
            } else if ledger.kind == .refused {
                if !mayCloseAtOnce(ledger) { fail(ledger, "refused and closed at once") }
                ledger.excuse = "refused in a hurry"
            } else if ledger.pendingSince != nil {
                closesWhilePending(ledger)
            } else if !ledger.sawEnd || !ledger.isAnswered {
                fail(ledger, "closed without an end")
            }
        }

        /// The server gives a client up that has not got all of its answers after it was said goodbye to.
        private func closesUndelivered(_ ledger: Ledger, _ endedAt: Int64) {
            // Behind an end of stream the kernel delivers by itself: only who leaves, and knows, waits to see it.
            if ledger.sawEnd, heardAt == nil { return }
            let granted = leastTime(ledger, since: ledger.deliveredAtEnd)
            // Its patience is counted in looks, one per tick.
            if now < judged(endedAt, granted, margin: 600_000_000) - 200_000_000 {
                let unread = ledger.connection.undelivered
                fail(ledger, "closed after \(now - endedAt) ns with \(unread) bytes undelivered, not \(granted)")
            }
            loses(ledger, "undelivered")
        }

        private func loses(_ ledger: Ledger, _ excuse: String) {
            ledger.excuse = excuse
            if leavingSince != nil { lostClients += 1 }
            if hasClosedListener { surelyLostClients += 1 }
        }

        private func mayCloseAtOnce(_ ledger: Ledger) -> Bool {
            ledger.isCutShort || ledger.isByReserve || refusals > limits.maxRefusals
        }

        private func closesWhilePending(_ ledger: Ledger) {
            let sum = open.reduce(0) { $0 + $1.pendingBytes }
            if sum > configuration.maxPendingBytes {
                let worst = open.map(\.pendingBytes).max() ?? 0
                if ledger.pendingBytes < worst { fail(ledger, "closed for pending answers, but others have more") }
                loses(ledger, "pending limit")
                ledger.pendingBytes = 0
                return
            }
            let granted = leastTime(ledger, since: ledger.deliveredAtPending)
            if now < judged(ledger.pendingSince!, granted) - 100_000_000 {
                fail(
                    ledger,
                    "closed after \(now - ledger.pendingSince!) ns of pending since \(ledger.pendingSince!), not \(granted), absences \(absences)"
                )
            }
            loses(ledger, "write timeout")
        }

        /// The least time that a client is waited for: longer by a second for each KiB that it reads, and for what it had read
        /// before, up to a lump of 128 KiB.
        private func leastTime(_ ledger: Ledger, since delivered: Int) -> Int64 {
            let read = ledger.connection.totalDelivered - delivered + min(delivered, 128 << 10)
            return configuration.writeTimeout.nanoseconds + Int64(max(0, read)) * 1_000_000_000 / 1024
        }

        /// The most: larger lumps count too, if they came while answers pended.
        private func mostTime(_ ledger: Ledger) -> Int64 {
            configuration.writeTimeout.nanoseconds + Int64(ledger.connection.totalDelivered) * 1_000_000_000 / 1024
        }

        // MARK: - After every turn

        func turnEnds() {
            lastAcceptErrno = 0
            var pending = 0
            for ledger in open {
                pending += ledger.pendingBytes
                noteLingering(ledger)
                checkLingering(ledger)
                if let since = ledger.pendingSince {
                    if now > latest(since, mostTime(ledger)) + lateness {
                        fail(ledger, "pends longer than the write timeout allows")
                    }
                } else if let timeout = configuration.idleTimeout, ledger.isTalking, ledger.isAnswered,
                    !hasWorkers, now > latest(ledger.lastActivity, timeout.nanoseconds) + lateness
                {
                    fail(ledger, "has been idle for \(now - ledger.lastActivity) ns")
                }
                if ledger.isSession, !hasWorkers { isWatchedRightly(ledger) }
            }
            if pending > configuration.maxPendingBytes {
                kernel.fail("\(pending) bytes pend, more than the bound of \(configuration.maxPendingBytes)")
            }
            if let leavingSince, now > latest(leavingSince, configuration.drainTimeout.nanoseconds) + lateness {
                kernel.fail("leaving takes longer than the drain timeout")
            }
        }

        private func checkLingering(_ ledger: Ledger) {
            guard let endedAt = ledger.endedAt else { return }
            if let lingersSince = ledger.lingersSince {
                if now > latest(lingersSince, Self.longestLinger) + lateness {
                    fail(ledger, "lingers for more than two seconds")
                }
            } else if ledger.isSession {
                if now > latest(endedAt, mostTime(ledger)) + lateness + 1_000_000_000 {
                    fail(ledger, "is waited for although it does not take its answers")
                }
            }
        }

        /// Without workers, a connection between turns waits for exactly one thing.
        private func isWatchedRightly(_ ledger: Ledger) {
            // A client that has ended its side is not read any more; the server waits for it only while it leaves.
            if ledger.sawEnd, ledger.endedAt != nil { return }
            let wanted: UInt32 = ledger.pendingSince == nil ? 1 : 4
            guard kernel.interest(ledger.connection) != wanted else { return }
            fail(ledger, "is watched for \(kernel.interest(ledger.connection) ?? 0), not for \(wanted)")
        }

        /// Nothing is going to happen any more: nobody may be waiting for the server.
        func checkQuiet() {
            for ledger in open {
                if ledger.isSession, ledger.endedAt == nil {
                    if ledger.pendingSince == nil, !ledger.isAnswered { fail(ledger, "waits for its answer for ever") }
                    if ledger.isTalking, ledger.connection.unreadByServer > 0 {
                        fail(ledger, "has sent what is never read")
                    }
                }
            }
            if kernel.listeners.contains(where: { $0.waiting > 0 }) { kernel.fail("clients wait at the door for ever") }
        }

        /// Compares the server's counters with what its kernel saw.
        func check(_ counters: ServerCounters) {
            self.counters = counters
            func compare(_ name: StaticString, _ counted: Int, _ seen: Int) {
                if counted != seen { kernel.fail("the server counts \(counted) \(name), the kernel \(seen)") }
            }
            compare("clients", counters.clients, sessions)
            compare("accepted clients", Int(counters.accepted), Int(greeted))
            compare("bytes read", Int(counters.bytesIn), bytesReceived)
            compare("bytes sent", Int(counters.bytesOut), bytesSent)
            compare("pending bytes", counters.pendingBytes, open.reduce(0) { $0 + $1.pendingBytes })
            compare("pending clients", counters.clientsNotReadFrom, open.count { $0.pendingSince != nil })
            compare("refused clients", Int(counters.refused.values.reduce(0, +)), refused)
        }
    }
#endif

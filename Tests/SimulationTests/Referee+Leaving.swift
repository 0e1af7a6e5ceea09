// Whether the server leaves when it is asked to, and in good order.
#if DEBUG
    import Glibc
    import LinuxIO
    import SimulatedKernel
    @testable import EcoServer

    extension Referee {
        /// The server reads its clock a few calls before or after a request is taken.
        private static var clockMargin: Int64 { 1_000_000 }

        /// The world asks the server to leave: by a signal, or by means of this eventfd.
        func asksToLeave(by eventfd: Int32?) {
            leavingSince = now
            askedBy = eventfd
        }

        /// What counts is when a request is taken: a stop can lie between that and its sending, and makes one of two, or two of one.
        func took(_ signal: Int32?, from fd: Int32) {
            if let signal {
                guard [SIGTERM, SIGINT, SIGHUP].contains(signal) else { return }
            } else {
                guard fd == askedBy else { return }
                askedBy = nil
            }
            guard let heardAt else { return self.heardAt = now }
            let excess = now - heardAt - LeaveRequests.echoDuration.nanoseconds
            if excess > -Self.clockMargin { hasQuit = true }
            if excess > Self.clockMargin { mustQuit = true }
        }

        var isTimeToLeaveOver: Bool {
            // It counts from the beginning of the turn in which it heard, and has its own mind about when it was away since.
            heardAt.map { now >= $0 + configuration.drainTimeout.nanoseconds - 10_000_000 } ?? false
        }

        /// The server closes a listener: whoever had come before it was asked to leave is owed a greeting.
        func closesListener(_ waiting: [SimulatedConnection]) {
            hasClosedListener = true
            guard let leavingSince, !hasQuit, !isTimeToLeaveOver, kernel.failure == nil else { return }
            if let client = waiting.first(where: { $0.connectedAt < leavingSince }) {
                kernel.fail("client \(client.number) had come before the server was asked to leave, and is not greeted")
            }
        }

        /// With time enough, only clients that do not take their answers are cut. The drain timeout begins anew once at most: a
        /// process that is stopped over and over has no time, and only what it has counts.
        func isCutRightly(_ ledger: Ledger) {
            cutClients += ledger.isSession ? 1 : 0
            guard ledger.isSession, ledger.endedAt == nil, ledger.pendingSince == nil, !ledger.sawEnd,
                configuration.drainTimeout >= .seconds(4), let heardAt
            else { return }
            let time = presence(since: max(ledger.lastActivity, heardAt))
            if time > 2_000_000_000 { fail(ledger, "was cut, although the server had \(time) ns for what it had sent") }
        }
    }
#endif

// What tests over real sockets ask of the scripted kernel under their server.
#if DEBUG
    import EcoServer
    import LinuxIO
    import SimulatedKernel

    extension ScriptedKernel {
        /// The next reads of a connection bring at most so many bytes each; those after them whatever there is.
        ///
        /// What a client sends by one call is in the kernel's queue as a whole, so that cutting reads short cuts it exactly there,
        /// whatever the machine is doing besides.
        func cut(_ connection: Int = 1, at lengths: [Int]) {
            script.reads(of: .connection(connection), bringAtMost: lengths)
        }

        /// Holds the event loop when it next asks for events, until the function has run: all that has happened by then
        /// belongs to one turn. `wake` makes the loop ask.
        func inOneTurn(_ wake: () -> Void, _ body: () throws -> Void) rethrows {
            let turn = Monitor(HeldTurn())
            for call in [KernelCall.epollWait, .poll, .select] {
                script.the(1, call).happens(after: {
                    turn.withLock { $0.isWaiting = true }
                    turn.wakeAll()
                    turn.withLock(when: { !$0.isHeld }) { _ in }
                })
            }
            wake()
            _ = turn.wait(until: .now + .seconds(20)) { $0.isWaiting }
            defer {
                turn.withLock { $0.isHeld = false }
                turn.wakeAll()
            }
            try body()
        }

        // MARK: - Time

        /// Time passes in steps of less than a tick, each of which the server's loop sees: a jump would be a time in which the
        /// process did not run, for which nobody is to blame.
        private static var step: Duration { .milliseconds(50) }

        /// Lets time pass for the server at once; it notices at its next turn.
        func advance(_ duration: Duration) { advance(nanoseconds: duration.nanoseconds) }

        /// Lets so much time pass for the server.
        func pass(_ duration: Duration, _ server: HostedServer) throws {
            var left = duration
            while left > .zero {
                advance(Self.step)
                _ = try server.report()
                left -= Self.step
            }
        }

        /// Lets time pass until the counters are as expected, and says how much it was; nil if they never come to be.
        ///
        /// On a busy machine a step may look like an absence, behind which a deadline begins anew: so this can take longer than
        /// the deadline, and never less.
        func pass(
            _ server: HostedServer, atMost: Duration = .seconds(1000), until isExpected: (ServerCounters) -> Bool
        ) throws -> Duration? {
            var passed = Duration.zero
            while passed < atMost {
                if isExpected(try server.report()) { return passed }
                advance(Self.step)
                passed += Self.step
            }
            return nil
        }
    }

    /// A turn of the loop that a test holds before it begins.
    private struct HeldTurn {
        var isHeld = true
        var isWaiting = false
    }
#endif

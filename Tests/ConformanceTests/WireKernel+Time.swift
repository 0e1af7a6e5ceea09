// Time that passes for a server while it looks on.
import EcoServer

#if DEBUG
    extension WireKernel {
        /// Time passes in steps of less than a tick, each of which the server's loop sees: a jump would be a time in which the
        /// process did not run, for which nobody is to blame.
        private static var step: Duration { .milliseconds(50) }

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
#endif

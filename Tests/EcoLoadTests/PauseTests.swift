// A generator that does not run for a while: whose fault what follows is.
import EcoLoad
import Glibc
import LinuxIO
import SimulatedKernel
import TestSupport
import Testing

#if DEBUG
    @Suite("A load whose generator stood still")
    struct PauseTests {
        /// The generator's thread does not run for so long, and the wait it was in is interrupted, as by SIGSTOP and SIGCONT.
        static func pause(_ kernel: ScriptedKernel, _ occasion: Int, for seconds: Double) {
            kernel.script.the(occasion, .epollWait).fails(with: EINTR) {
                Wait.pause(.milliseconds(Int(seconds * 1000)))
            }
        }

        /// Clients that ask once, then think for longer than the run.
        private static func load(
            _ server: LoadServer, _ kernel: ScriptedKernel, _ configure: (inout LoadPlan) -> Void
        ) throws -> RunResult {
            try kernel.run {
                try server.load {
                    $0.clients = 4
                    configure(&$0)
                }
            }
        }

        @Test(
            "gives nobody up whose answer came meanwhile, in any mode", arguments: [LoadPlan.Mode.talk, .churn, .hold])
        func arrivedMeanwhile(mode: LoadPlan.Mode) throws {
            let kernel = ScriptedKernel()
            // Clients are connected by then; each later turn answers a client.
            Self.pause(kernel, mode == .hold ? 12 : 40, for: 3)
            let result = try Self.load(LoadServer([]), kernel) {
                $0.mode = mode
                $0.durationSeconds = 4
                $0.timeoutSeconds = 2
            }
            #expect(result.ledger.errors == 0 && result.ledger.tallies, "\(result.ledger)")
            #expect(kernel.script.unusedRules == 0 && result.unanswered == 0)
        }

        @Test("restarts a timeout whose deadline fell into the pause")
        func renewed() throws {
            let kernel = ScriptedKernel()
            let asked = Monitor(Instant?.none)
            kernel.script.the(1, .send).happens(after: { asked.withLock { $0 = .now } })
            // A wait is a tenth of a second once all have been asked. The generator is away until three seconds after that: the
            // limit of two and a half falls into it, the answer comes half a second after it.
            kernel.script.the(24, .epollWait).fails(with: EINTR) {
                let back = asked.withLock { $0 ?? .now } + .seconds(3)
                while .now < back { Wait.pause(back - .now) }
            }
            let result = try Self.load(LoadServer("SlowToStart", 3_500), kernel) {
                $0.durationSeconds = 3.2
                $0.timeoutSeconds = 2.5
                $0.thinkSeconds = 3600
            }
            #expect(kernel.script.unusedRules == 0)
            #expect(result.ledger[.served] == 4 && result.unanswered == 0, "\(result.ledger)")
        }

        @Test("asks the kernel once more before it gives a client up, pause or not")
        func askedOnceMore() throws {
            let kernel = ScriptedKernel()
            // For more than two seconds no event is seen, and no turn is long.
            kernel.script.the(30...2_030, .epollWait).fails(with: EINTR) { usleep(1_000) }
            let result = try Self.load(LoadServer([]), kernel) {
                $0.messages = 400
                $0.durationSeconds = 100
                $0.timeoutSeconds = 1
            }
            #expect(kernel.script.unusedRules == 0)
            #expect(result.messages == 400 && result.ledger[.served] == 4, "\(result.ledger)")
        }

        @Test("still gives up a server that does not answer at all")
        func lateAllTheSame() throws {
            let kernel = ScriptedKernel()
            Self.pause(kernel, 20, for: 0.5)
            let result = try Self.load(LoadServer("NeverAnswers"), kernel) { $0.durationSeconds = 2 }
            #expect(result.ledger[.timedOut] == 4 && result.ledger.tallies, "\(result.ledger)")
        }
    }
#endif

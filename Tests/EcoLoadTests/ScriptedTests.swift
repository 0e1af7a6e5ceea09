// The client's state machine where its system calls fail, come short or are interrupted: the kernel's doing, scripted.
import EcoLoad
import Glibc
import LinuxIO
import SimulatedKernel
import TestSupport
import Testing

#if DEBUG
    @Suite("A load under a kernel that does not help")
    struct ScriptedTests {
        /// A short run on our own server, every call of the generator's under the script.
        private static func load(
            _ script: (ScriptedKernel) -> Void, _ configure: (inout LoadPlan) -> Void = { _ in }
        ) throws -> RunResult {
            let server = try LoadServer([])
            let kernel = ScriptedKernel()
            script(kernel)
            return try kernel.run {
                try server.load {
                    $0.clients = 4
                    configure(&$0)
                }
            }
        }

        @Test("sends and reads as little as one byte at a time, and every byte is right", arguments: [1, 3, 7, 63])
        func shortTransfers(most: Int) throws {
            let result = try Self.load(
                { kernel in
                    kernel.script.every(.recv).brings(atMost: most)
                    kernel.script.every(.send).takes(atMost: most)
                },
                {
                    $0.messages = 200
                    $0.durationSeconds = 100
                    $0.timeoutSeconds = 20
                    $0.depth = 3
                })
            // The goodbye goes by one call, since six bytes always find room; cut short, the server waits for its rest.
            #expect(result.messages == 200 && result.firstWrongByte == nil && result.unanswered == 0)
            #expect(result.ledger.tallies && result.ledger[.wrongBytes] == 0)
        }

        @Test(
            "takes interruptions and want of room or memory as they are meant: later",
            arguments: [
                (KernelCall.recv, EINTR), (.recv, EAGAIN), (.recv, ENOMEM), (.send, EINTR), (.send, EAGAIN),
                (.send, ENOBUFS),
            ])
        func later(call: KernelCall, errno: Int32) throws {
            let result = try Self.load(
                { $0.script.the(3...30, call).fails(with: errno) },
                {
                    $0.messages = 300
                    $0.durationSeconds = 100
                })
            #expect(result.messages == 300 && result.ledger[.served] == 4, "\(result.ledger)")
        }

        @Test(
            "gives each errno the fate that it means",
            arguments: [
                (KernelCall.connect, ECONNREFUSED, Ledger.Fate.refused), (.connect, EADDRNOTAVAIL, .outOfPorts),
                (.connect, ENETUNREACH, .unreachable), (.connect, ETIMEDOUT, .timedOut),
                (.socket, EMFILE, .outOfDescriptors),
                (.recv, ECONNRESET, .reset), (.send, EPIPE, .reset), (.epollAdd, ENOSPC, .outOfDescriptors),
            ])
        func fates(call: KernelCall, errno: Int32, fate: Ledger.Fate) throws {
            // The first calls of a kind are a client's each, but for epoll, where the waker comes first.
            let first = call == .epollAdd ? 2 : 1
            let result = try Self.load { $0.script.the(first...first + 1, call).fails(with: errno) }
            #expect(result.ledger[fate] == 2 && result.ledger[.served] == 2, "\(result.ledger)")
            #expect(result.ledger.tallies && result.messages > 0)
        }

        @Test("in churn goes on after a session that went wrong")
        func churn() throws {
            let result = try Self.load(
                { kernel in
                    kernel.script.the(10...20, .recv).fails(with: ECONNRESET)
                    kernel.script.the(5...8, .connect).fails(with: EADDRNOTAVAIL)
                },
                {
                    $0.mode = .churn
                    $0.messages = 60
                    $0.durationSeconds = 100
                    $0.timeoutSeconds = 30
                })
            #expect(result.messages > 10 && result.ledger.tallies, "\(result.ledger)")
            #expect(result.ledger[.reset] > 0 && result.ledger[.outOfPorts] == 4)
        }

        @Test("in churn starts no more sessions than planned, even if the last ones fail and are tried again")
        func churnQuota() throws {
            let result = try Self.load(
                { $0.script.the(10...1_000, .connect).fails(with: EADDRNOTAVAIL) },
                {
                    $0.mode = .churn
                    $0.messages = 20
                    $0.durationSeconds = 100
                    $0.timeoutSeconds = 30
                })
            #expect(result.ledger.asked == 20 && result.ledger[.served] == 9 && result.ledger[.outOfPorts] == 11)
            #expect(result.ledger.tallies)
        }
    }
#endif

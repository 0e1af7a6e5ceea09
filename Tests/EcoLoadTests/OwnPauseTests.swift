// Whole runs whose generator does not run for a while (pitfall 32).
import SimulatedKernel
import Testing

@testable import EcoLoad

#if DEBUG
    @Suite("A pause of the generator")
    struct OwnPauseTests {
        /// A run with a pause of half a second somewhere in it.
        private static func load(
            _ server: LoadServer, after occasion: Int, _ configure: (inout LoadPlan) -> Void
        ) throws -> RunResult {
            let kernel = ScriptedKernel()
            PauseTests.pause(kernel, occasion, for: 0.5)
            let result = try kernel.run { try server.load(configure) }
            #expect(kernel.script.unusedRules == 0)
            return result
        }

        /// One client has nothing in flight in every other wait, and all of the messages due wait for its answer in the others.
        @Test(
            "is its own lateness for every message that was due, not for the first alone", arguments: [1, 4],
            [100, 101])
        func pitfall32(clients: Int, occasion: Int) throws {
            let result = try Self.load(LoadServer([]), after: occasion) {
                $0.clients = clients
                $0.rate = 500
                $0.durationSeconds = 2
            }
            // 250 were due meanwhile; those sent in time are late by less than a tenth of that.
            let late = result.lateness
            #expect(result.validity.word == .invalid && result.validity.has(.lateSending), "\(result.validity.reasons)")
            #expect(result.lateness.count > result.waited * 5, "\(result.waited) waited for the server")
            #expect(late.percentile(100 - 100 * 150.0 / Double(late.count)) > 100_000_000)
            #expect(result.generator.pauseSeconds.map { $0 > 0.4 } == true)
        }

        @Test("in a closed loop makes the rate a lower bound, and decides no objective about the messages that met it")
        func closedLoop() throws {
            let result = try Self.load(LoadServer([]), after: 100) {
                $0.clients = 2
                $0.messages = 1_000
                $0.durationSeconds = 100
                $0.timeoutSeconds = 10
            }
            #expect(result.validity.has(.generatorLimit) && result.validity.word == .lowerBound)
            #expect(result.validity.reasons.contains { $0.contains("did not run for") }, "\(result.validity.reasons)")
            // Two were under way; a machine that is busy makes pauses of its own, and not fifty of them.
            #expect((1..<100).contains(result.paused?.count ?? 0))
            #expect(result.generator.pauseSeconds.map { $0 > 0.4 } == true)
            let judged = try #require(Objective("max<100ms")).judge(result)
            guard case .undecided = judged else {
                Issue.record("\(judged)")
                return
            }
        }

        @Test("is not taken for a stall of the server, nor a stall for a pause")
        func serversStall() throws {
            let result = try LoadServer.loadOfStall()
            #expect(result.waited > 200 && result.planned.count == result.plannedMessages)
            #expect(result.lateness.count + result.waited == result.plannedMessages)
        }
    }
#endif

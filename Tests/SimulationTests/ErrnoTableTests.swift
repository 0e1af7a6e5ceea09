// Every error of every call of the event loop, made to happen in each state (row 22).
#if DEBUG
    import Glibc
    import LinuxIO
    import SimulatedKernel
    import Testing
    @testable import EcoServer

    @Suite("Simulation: the table of errors")
    struct ErrnoTableTests {
        struct Case: CustomTestStringConvertible {
            let call: KernelCall
            let state: ErrnoTable.State
            let errno: Int32

            var testDescription: String { "\(call), \(state), errno \(errno)" }
            var verdict: ErrnoTable.Verdict? { ErrnoTable.verdict(call, state, errno) }
        }

        static let cases = ErrnoTable.manual.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { call, errnos in
            ErrnoTable.states[call]!.flatMap { state in errnos.map { Case(call: call, state: state, errno: $0) } }
        }

        @Test("Pitfall 22: every error that a manual page names has exactly one verdict in each state")
        func pitfall22Table() {
            for one in Self.cases { #expect(one.verdict != nil, "\(one.testDescription) is not listed, or twice") }
        }

        /// What loses a listener is tested as pitfall 27.
        @Test(
            "Pitfall 22: every error comes to what the table says",
            arguments: cases.filter { $0.verdict != .traps && $0.verdict != .losesListener })
        func pitfall22Verdicts(one: Case) {
            let scene = Scene(one.state, one.call)
            // A single want of a descriptor is met by the reserve.
            let occasions = scene.occasion...scene.occasion + (one.verdict == .pauses ? 1 : 0)
            scene.simulation.kernel.script.the(occasions, one.call, of: scene.subject).fails(with: one.errno)
            scene.simulation.run()
            let kernel = scene.simulation.kernel
            #expect(kernel.script.unusedRules == 0, "the scene has no such call")
            guard one.verdict != .endsServing else {
                #expect(kernel.failure?.hasPrefix("the server gives up") ?? false)
                return
            }
            if let complaint = scene.simulation.complaint { Issue.record("\(complaint)") }
            #expect(scene.witness.heard.hasSuffix("TUDO BEM\n"), "the server does not go on")
            #expect(scene.wasCostly == (one.verdict == .costsConnection))
        }

        #if os(Linux)
            @Test("Pitfall 22: a descriptor that is not open is a bug, and traps")
            func pitfall22Trap() async {
                await #expect(processExitsWith: .failure) {
                    let scene = Scene(.open, .recv)
                    scene.simulation.kernel.script.the(1, .recv, of: .connection(1)).fails(with: EBADF)
                    scene.simulation.run()
                }
            }
        #endif
    }
#endif

// Known ways to fail, in a simulated world: accepting (rows 5, 6, 22 and 27).
#if DEBUG
    import Glibc
    import LinuxIO
    import SimulatedKernel
    import Testing
    @testable import EcoServer

    @Suite("Simulation: pitfalls of accepting")
    struct PitfallAcceptingTests {
        @Test("Pitfall 5: without descriptors, clients are refused politely, and accepted again after a close")
        func pitfall5() {
            let simulation = Simulation()
            let kernel = simulation.kernel
            let (first, second, third, fourth) = (Visitor(kernel), Visitor(kernel), Visitor(kernel), Visitor(kernel))
            simulation.steps = [
                .then { kernel.descriptorLimit = Int(kernel.openDescriptors.max()!) + 1 + 2 },
                .then {
                    first.connects()
                    second.connects()
                },
                // Linux says EMFILE before it says that nobody waits: accepting may have paused for a moment.
                .wait(.milliseconds(200)),
                .then { third.connects() },
                .then {
                    third.listens()
                    #expect(third.heard == "Servidor cheio: limite de 2 clientes.\n")
                    #expect(third.isClosed)
                    first.listens()
                    first.connection.clientClose()
                },
                .wait(.milliseconds(200)),
                .then { fourth.connects() },
                .then {
                    fourth.listens()
                    #expect(fourth.heard == "Servidor de eco (cliente 3).\n")
                },
            ]
            simulation.runs()
        }

        @Test("Pitfall 5: without a reserve either, accepting pauses, sleeps, and resumes on a timer")
        func pitfall5Pause() {
            let simulation = Simulation()
            let kernel = simulation.kernel
            kernel.script.the(1...6, .accept4).fails(with: ENFILE)
            let client = Visitor(kernel)
            simulation.steps = [
                .then { client.connects() },
                .then { #expect(!kernel.isAccepting) },
                .wait(.seconds(1)),
                .then {
                    client.listens()
                    #expect(client.heard == "Servidor de eco (cliente 1).\n")
                    // Three pauses of 100 ms, two tries each.
                    #expect(kernel[calls: .epollWait] < 12)
                },
            ]
            simulation.runs()
        }

        @Test("Pitfall 6: EMFILE and ECONNABORTED do not end the listener", arguments: [EMFILE, ECONNABORTED])
        func pitfall6(errno: Int32) {
            let simulation = Simulation()
            simulation.kernel.script.the(1, .accept4).fails(with: errno)
            let (unlucky, next) = (Visitor(simulation.kernel), Visitor(simulation.kernel))
            simulation.steps = [
                .then { unlucky.connects() },
                .wait(.seconds(1)),
                .then { next.connects() },
                .then {
                    next.listens()
                    #expect(next.heard == "Servidor de eco (cliente 1).\n")
                },
            ]
            simulation.runs()
        }

        @Test("Pitfall 22: the server survives every error of accept4", arguments: ErrnoTable.errnos(of: .accept4))
        func pitfall22(errno: Int32) {
            // Mistakes trap, and what loses a listener is pitfall 27.
            switch ErrnoTable.verdict(.accept4, .waiting, errno) {
            case .traps, .losesListener: return
            default: break
            }
            let simulation = Simulation()
            let kernel = simulation.kernel
            kernel.script.the(1...3, .accept4).fails(with: errno)
            let pauses = ErrnoTable.verdict(.accept4, .waiting, errno) == .pauses
            var visitors: [Visitor] = []
            simulation.steps = [
                .then {
                    visitors = (0..<5).map { _ in Visitor(kernel) }
                    for visitor in visitors { visitor.connects() }
                },
                .turn { if pauses { #expect(!kernel.isAccepting) } else { #expect(kernel.isAccepting) } },
                .wait(.seconds(1)),
                .then {
                    let last = visitors[4]
                    last.listens()
                    #expect(last.heard.hasPrefix("Servidor de eco (cliente "))
                    #expect(kernel.isAccepting)
                },
            ]
            simulation.runs()
        }

        @Test("Pitfall 27: a dead listener is removed and reported once; without any listener the server leaves")
        func pitfall27() {
            let simulation = Simulation()
            let kernel = simulation.kernel
            simulation.configuration.hosts = ["127.0.0.1", "::1"]
            kernel.script.the(1, .accept4).fails(with: EINVAL)
            let (lost, first, second) = (Visitor(kernel), Visitor(kernel), Visitor(kernel))
            simulation.steps = [
                .then { lost.connects() },
                .then {
                    #expect(kernel.listeners.count == 1)
                    #expect(simulation.diagnostics.lines.count { $0.contains("127.0.0.1:9090 died") } == 1)
                    first.connects(toIPv6: true)
                },
                .then {
                    first.listens()
                    #expect(first.heard == "Servidor de eco (cliente 1).\n")
                    kernel.script.the(1, .accept4).fails(with: EINVAL)
                    second.connects(toIPv6: true)
                },
                .then {
                    #expect(kernel.listeners.isEmpty)
                    first.connection.clientClose()
                },
            ]
            simulation.runs(.listenersDied(cut: 0))
            #expect(simulation.diagnostics.lines.count { $0.hasPrefix("error: the listener at ") } == 2)
        }
    }
#endif

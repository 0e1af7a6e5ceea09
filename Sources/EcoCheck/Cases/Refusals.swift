// 6. Refusals: a server that is full.
import LinuxIO
import ServerHarness
import Support

enum Refusals {
    static let cases = [
        CheckCase(
            "6.1", .hostile,
            Text(
                "out of descriptors: it keeps serving, does not spin, and recovers",
                pt: "sem descritores: continua atendendo, não gira, se recupera"), .outOfDescriptors,
            needs: [.process, .severalClients, .lastOfServer]
        ) { bench throws(CaseStop) in
            let guest = try bench.greeted()
            try limitDescriptors(bench, more: 20)
            var crowd: [Peer] = []
            for _ in 0..<40 {
                let peer = try bench.knock()
                crowd.append(peer)
            }
            // All have tried to connect; those that are accepted are greeted meanwhile.
            try bench.wait(for: guest, with: crowd, limit: bench.patience.quiet) { false }
            let notAnswered = Text(
                "its descriptors have run out (limit lowered to 20 more than were open, and 40 clients came)",
                pt: "os seus descritores acabaram (limite baixado para 20 a mais que os abertos, e vieram 40 clientes)")
            guest.say("e eu?\n")
            try bench.expect(guest, "E EU?\n", with: crowd, note: notAnswered)
            let share = bench.processorShare()
            try bench.require(
                share < 0.5,
                Text(
                    "hardly any processor time while no client can be accepted",
                    pt: "quase nenhum tempo de processador enquanto ninguém pode entrar"),
                Text("\(Percent(share)) of a processor", pt: "\(Percent(share)) de um processador"))
            crowd.forEach { $0.close() }
            guest.close()
            try expectRecovery(bench)
        }
    ]

    /// Eventually a new client is served; it may be refused until the server has noticed that the others left.
    private static func expectRecovery(_ bench: Bench) throws(CaseStop) {
        let deadline = bench.clock.now + bench.patience.limit * 3
        while true {
            do throws(CaseStop) {
                return try bench.expectService(
                    note: Text(
                        "its descriptors had run out; then all clients left",
                        pt: "os seus descritores tinham acabado; depois todos os clientes saíram"))
            } catch {
                guard case .failed = error else { throw error }
                if bench.clock.now >= deadline { throw error }
                bench.pause(.milliseconds(20))
            }
        }
    }

    private static func limitDescriptors(_ bench: Bench, more: Int) throws(CaseStop) {
        for process in bench.server.processes {
            do throws(SystemError) { _ = try process.limitDescriptors(to: process.descriptors + more) } catch {
                throw .cannotCheck(
                    Text(
                        "this machine does not allow lowering its limits (\(error))",
                        pt: "esta máquina não deixa baixar os seus limites (\(error))"))
            }
        }
    }
}

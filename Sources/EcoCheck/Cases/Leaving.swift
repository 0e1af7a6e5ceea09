// 8. Leaving, and coming back.
import LinuxIO
import ServerHarness
import Support

enum Leaving {
    /// SIGTERM.
    private static let terminate: Int32 = 15

    private static let fact = Text(
        "a server that ended a moment ago listens again at the same port",
        pt: "um servidor que terminou há pouco escuta de novo na mesma porta")

    /// Sends a text and SIGTERM at once, and expects the answer to all of it, the end, and exit status 0.
    private static func leave(_ bench: Bench) throws(CaseStop) {
        guard let process = bench.server.mainProcess else {
            throw .cannotCheck(
                Text("its process is not visible from here", pt: "o seu processo não é visível daqui"))
        }
        // The exit status of a server that has already ended says nothing.
        let hasLauncher = !bench.server.isCommand(process) && bench.server.exit() == nil
        let peer = try bench.greeted()
        try bench.ask(peer, "oi\n", "OI\n")
        // While it is stopped, the text gets into its queue and the signal waits, so it finds both at once.
        bench.server.stand(still: true)
        peer.say("ultima linha\n")
        process.send(signal: terminate)
        // A client that comes and goes wakes a thread that waits in accept and may have to handle the signal.
        try bench.knock().close()
        bench.server.stand(still: false)
        let note = Text("it had been sent SIGTERM right after this", pt: "logo depois disto recebeu SIGTERM")
        try bench.expect(peer, "ULTIMA LINHA\n", note: note)
        try bench.expectEnd(peer, note: note)
        peer.close()
        try expectExit(bench, of: process, hasLauncher: hasLauncher)
    }

    /// The process ends, and its exit status is 0 if it can be read. A launcher in front of it (a script, a wrapper) has its own status,
    /// which counts as the server's if the launcher ends with it.
    private static func expectExit(_ bench: Bench, of process: Proc, hasLauncher: Bool) throws(CaseStop) {
        let limit = Duration.seconds(3) + bench.patience.limit
        let hasEnded = bench.look(for: limit) { process.state.map { $0 == "Z" || $0 == "X" } ?? true }
        try bench.require(
            hasEnded, Text("it ends when told to leave", pt: "termina quando lhe pedem que saia"),
            Text("process \(process.pid) still runs", pt: "o processo \(process.pid) ainda está rodando"))
        let isCommand = bench.server.isCommand(process)
        guard isCommand || hasLauncher else { return }
        let exit = bench.server.exit(within: isCommand ? limit : bench.patience.limit)
        // A launcher may have other work to do.
        guard isCommand || exit != nil else { return }
        try bench.require(
            exit == .status(0), Text("exit status 0", pt: "status de saída 0"),
            exit.map(describe) ?? Text("it still runs", pt: "ele ainda está rodando"))
    }

    static let cases = [
        CheckCase(
            "8.1", .robust, Text("it can be started again at once", pt: "pode ser iniciado de novo de imediato"),
            .addressInUse, needs: [.process]
        ) { bench throws(CaseStop) in
            // The server closes first, so the kernel keeps the old connections at its port (TIME_WAIT).
            for _ in 0..<3 {
                let peer = try bench.greeted()
                try bench.ask(peer, "tchau\n", "TCHAU\n")
                try bench.expectEnd(peer)
                peer.close()
            }
            try bench.restart(.samePort, fact)
            try bench.expectService(note: fact)
        },
        CheckCase(
            "8.2", .hostile,
            Text(
                "told to leave (SIGTERM) it answers, and exits with 0",
                pt: "ao receber SIGTERM, responde, e termina com 0"), .leavingWithoutAnswering,
            needs: [.process, .lastOfServer]
        ) { bench throws(CaseStop) in
            // A thread may take the signal that only Python's main thread can handle. So one success is enough: a server that leaves
            // without an answer never succeeds.
            for round in 1... {
                do throws(CaseStop) { return try leave(bench) } catch {
                    guard case .failed = error, round < 3 else { throw error }
                    try bench.restart(.fresh, fact)
                }
            }
        },
    ]
}

extension Bench {
    /// Starts the server again. If it does not start, it is at fault; if the system refuses, it is not.
    func restart(
        _ place: ServerUnderTest.Place = .fresh, output: ServerUnderTest.Output = .collected, _ fact: Text
    ) throws(CaseStop) {
        do throws(ServerUnavailable) { try server.restart(place, output: output) } catch {
            switch error {
            case .exited(_, _, let line), .neverListens(_, _, _, let line), .commandNotFound(_, let line):
                let said = line.isEmpty ? "" : ": \(line)"
                throw .failed(
                    Finding(
                        expected: .fact(fact), note: Text("it does not start\(said)", pt: "ele não sobe\(said)")))
            default: throw .cannotCheck(Text("the system refuses (\(error))", pt: "o sistema recusa (\(error))"))
            }
        }
    }
}

/// How a program ended, in words.
func describe(_ exit: ChildProcess.Exit) -> Text {
    switch exit {
    case .status(let status):
        Text("the server ended with exit status \(status)", pt: "o servidor terminou com status de saída \(status)")
    case .signal(let signal):
        Text("the server was ended by signal \(signal)", pt: "o servidor foi terminado pelo sinal \(signal)")
    }
}

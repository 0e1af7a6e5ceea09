// SIGUSR1 prints the counters.
import Foundation
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("The counters", .blocking)
struct ReportTests {
    /// What the issue lists, by the names that the line has for it; causes are objects.
    private static let fields = [
        "clients", "accepted", "refused", "closed", "bytesIn", "bytesOut", "texts", "invalidBytes", "pendingBytes",
        "clientsNotReadFrom", "longestTurnMicroseconds", "logLinesDropped",
    ]

    @Test("come as one line of JSON with every field, on standard error alone", arguments: Eco.models)
    func json(model: String) throws {
        try SpawnedServer.serving(["--model", model]) { server throws in
            let report = try server.report()
            let object = try #require(
                JSONSerialization.jsonObject(with: Data(report.line.utf8)) as? [String: Any], "\(report.line)")
            #expect(Set(object.keys).isSuperset(of: Self.fields))
            for cause in ["refused", "closed"] { #expect(object[cause] is [String: Int]) }
            #expect(server.process.complaints == report.line + "\n")
            #expect(server.process.output == "Aguarda conexão na porta \(server.port)\n")
        }
    }

    @Test("tell what has happened", arguments: Eco.models)
    func figures(model: String) throws {
        try SpawnedServer.serving(["--model", model]) { server throws in
            let first = try server.greeted()
            #expect(try first.ask("olá\nbom dia\n") == "OLÁ\nBOM DIA\n")
            try first.send([0xFF, 0x0A])
            #expect(try first.read(2) == [0xFF, 0x0A])
            #expect(try first.ask("tchau\n") == "TCHAU\n")
            #expect(first.readToEnd() == .init(bytes: [], end: .endOfStream))
            first.close()
            let second = try server.greeted()
            second.halfClose()
            #expect(second.readToEnd().end == .endOfStream)
            second.close()
            let third = try server.greeted()
            third.reset()
            let fourth = try server.greeted()
            #expect(try fourth.ask("a") == "A")

            // A close takes its time to arrive, and a model may count what it sent after the client has it.
            let bytesOut = 22 + 4 * "Servidor de eco (cliente 1).\n".utf8.count
            var report = try server.report()
            #expect(
                try Wait.until {
                    report = try server.report()
                    return report["clients"] == 1 && report["bytesOut"] == bytesOut
                })
            #expect(report["accepted"] == 4)
            #expect(report["closed.goodbye"] == 1)
            #expect(report["closed.endOfStream"] == 1)
            #expect(report["closed.broken"] == 1)
            #expect(report["bytesIn"] == 5 + 8 + 2 + 6 + 1)
            #expect(report["texts"] == 5)
            #expect(report["invalidBytes"] == 1)
            #expect(report["logLinesDropped"] == 0)
        }
    }

    @Test("count refusals by their cause, and what is pending")
    func refusalsAndPending() throws {
        let limits = ["--max-clients", "2", "--max-clients-per-address", "1"]
        try SpawnedServer.serving(limits) { server throws in
            let first = try server.connect(receiveBuffer: 2304)
            #expect(try first.readLine() == "Servidor de eco (cliente 1).")
            #expect(try server.connect().readToEnd().text == "Limite de 1 clientes por endereço.\n")
            _ = try server.greeted(from: 0x7F00_0002)
            #expect(try server.connect(from: 0x7F00_0003).readToEnd().text == "Servidor cheio: limite de 2 clientes.\n")
            // Unread answers first fill the kernel's buffers.
            let text = [UInt8](repeating: UInt8(ascii: "x"), count: 256 << 10)
            var report = try server.report()
            let isPending = try Wait.until {
                guard first.sendNow(text) != nil else { return true }
                report = try server.report()
                return report["pendingBytes"] > 0
            }
            #expect(isPending && report["clientsNotReadFrom"] == 1)
            #expect(report["pendingBytes"] <= 256 << 10)
            #expect(report["refused.address"] == 1)
            #expect(report["refused.full"] == 1)
            #expect(report["accepted"] == 2)
            #expect(report["longestTurnMicroseconds"] > 0)
        }
    }
}

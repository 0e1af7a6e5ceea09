// The capabilities that models declare, compared with what they do. `eco check` tests each model too (EcoCheckTests/OwnModelTests).
import EcoServer
import SimulatedKernel
import TestSupport
import Testing

@Suite("A model")
struct ModelTests {
    @Test(
        "serves two clients at a time if it declares that; otherwise the second one waits, and its message is kept",
        arguments: Model.all)
    func manyClients(model: Model) throws {
        try HostedServer.serving(model) { server throws in
            let first = try server.greeted()
            let second = try server.connect()
            try second.send("estou na fila\n")
            if !model.keeps(.manyClients) {
                #expect(try first.ask("oi\n") == "OI\n")
                #expect(second.readNow() == .init(bytes: [], end: .timedOut))
                first.close()
            }
            #expect(try second.readLine() == "Servidor de eco (cliente 2).")
            #expect(try second.readLine() == "ESTOU NA FILA")
        }
    }

    @Test("limits the clients per address if and only if it declares that", arguments: Model.all)
    func addressLimit(model: Model) throws {
        try HostedServer.serving(model, { $0.maxClientsPerAddress = 1 }) { server throws in
            let first = try server.greeted()
            let second = try server.connect()
            if !model.keeps(.manyClients) { first.close() }
            let isRefused = try second.readLine() == "Limite de 1 clientes por endereço."
            #expect(isRefused == model.keeps(.addressLimit))
        }
    }

    #if DEBUG
        @Test("has an idle timeout if and only if it declares that", arguments: Model.all)
        func idleTimeout(model: Model) throws {
            try CutTests.serving(model, { $0.idleTimeout = .seconds(5) }) { server, kernel throws in
                let client = try server.greeted()
                if model.keeps(.idleTimeout) {
                    #expect(try kernel.pass(server) { $0[.idle] == 1 } != nil)
                    #expect(client.readToEnd().text == "Tempo esgotado: 5 s sem mensagens.\n")
                } else {
                    try kernel.pass(.seconds(15), server)
                    #expect(try client.ask("ainda\n") == "AINDA\n")
                }
            }
        }
    #endif
}

// What the models are, beyond what `eco check` asks of each (EcoCheckTests/OwnModelTests).
import EcoServer
import TestSupport
import Testing

@Suite("A model")
struct ModelTests {
    @Test("serves one client after the other if it is `sequential`: the second waits, with what it has said")
    func sequential() throws {
        let model = try #require(Model.all.first { $0.name == "sequential" })
        try HostedServer.serving(model) { server throws in
            let first = try server.greeted()
            let second = try server.connect()
            try second.send("estou na fila\n")
            #expect(try first.ask("oi\n") == "OI\n")
            #expect(second.readNow() == .init(bytes: [], end: .timedOut))
            first.close()
            #expect(try second.readLine() == "Servidor de eco (cliente 2).")
            #expect(try second.readLine() == "ESTOU NA FILA")
        }
    }

    @Test("keeps every protection, or is one that is meant to be read")
    func capabilities() {
        for model in Model.all {
            let keeps = model.type.keeps
            switch model.name {
            case "threads": #expect(keeps == [.manyClients, .addressLimit])
            case "sequential": #expect(keeps == [])
            default: #expect(keeps.union([.workers]) == Set(Capability.allCases), "\(model.name)")
            }
        }
    }
}

// What the kernel does to idle connections.
import EcoLoad
import LinuxIO
import TestSupport
import Testing

@Suite("A load of idle clients", .blocking)
struct KeepaliveTests {
    /// The kernel's timers of the connections at a port, as proc(5) shows them: 02 is keepalive's, 00 is none.
    private static func timers(at port: UInt16, ofClients: Bool) -> [Substring] {
        (SystemFile.text(at: "/proc/thread-self/net/tcp", limit: 8 << 20) ?? "").split(separator: "\n").compactMap {
            let fields = $0.split(separator: " ")
            guard fields.count > 5, fields[3] == "01" else { return nil }
            let address = fields[ofClients ? 2 : 1].split(separator: ":")
            return address.count == 2 && UInt16(address[1], radix: 16) == port ? fields[5].prefix(2) : nil
        }
    }

    @Test("sets no keepalive, which might take them for vanished; that of the server is there to be seen")
    func noKeepalive() throws {
        let server = try LoadServer([])
        var plan = LoadPlan()
        plan.mode = .hold
        plan.clients = 50
        plan.warmupSeconds = 0
        plan.durationSeconds = 1_000
        let run = try LoadRun(plan, target: .loopback(port: server.port))
        var seen: (clients: [Substring], server: [Substring]) = ([], [])
        let results = try run.run(onProgress: { progress in
            guard progress.stage == .measuring, progress.clients == 50 else { return }
            seen = (Self.timers(at: server.port, ofClients: true), Self.timers(at: server.port, ofClients: false))
            run.stop()
        })
        #expect(seen.clients == .init(repeating: "00", count: 50))
        #expect(seen.server == .init(repeating: "02", count: 50))
        #expect(results.first?.ledger.errors == 0)
    }
}

// Protocol, Slow and vanished clients.
import EcoServer
import Glibc
import LinuxIO
import SimulatedKernel
import TestSupport
import Testing

@Suite("Slow clients", .serialized)
struct SlowClientTests {
    /// Sends what nobody reads, until the server holds answers that the kernel does not take; says how much was sent.
    static func clog(_ client: TestClient, _ server: HostedServer) throws -> Int {
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10)
        let before = try server.report().clientsNotReadFrom
        var sent = 0
        var isClogged = false
        isClogged = try Wait.until {
            sent += client.sendNow(text) ?? 0
            return try server.report().clientsNotReadFrom > before
        }
        guard isClogged else { throw TestFailure("the server's answers find room without end") }
        return sent
    }

    private static func path(_ name: String) -> String { "/tmp/eco-slow-\(name)-\(UInt32.random(in: 0 ... .max))" }

    @Test(
        "that do not read are not read from, hold one read's answer at most, and get all in the end",
        arguments: Model.keeping(.pendingBound))
    func notRead(model: Model) throws {
        try HostedServer.serving(model, { $0.unixPath = Self.path(model.name) }) { server throws in
            let slow = try server.greeted(to: server.addresses[1])
            let sent = try Self.clog(slow, server)
            var counters = try server.report()
            #expect(counters.clientsNotReadFrom == 1)
            #expect(counters.pendingBytes > 0 && counters.pendingBytes <= 64 << 10)
            let before = counters.bytesIn
            let more = slow.sendNow([UInt8](repeating: UInt8(ascii: "x"), count: 10_000)) ?? 0
            // Others are served meanwhile, each with a turn of its own.
            let quick = try server.greeted()
            for _ in 0..<10 { #expect(try quick.ask("rápido\n") == "RÁPIDO\n") }
            counters = try server.report()
            #expect(counters.bytesIn == before + 10 * 8)
            slow.halfClose()
            let transcript = slow.readToEnd()
            #expect(transcript.end == .endOfStream)
            #expect(transcript.bytes == [UInt8](repeating: UInt8(ascii: "X"), count: sent + more))
            #expect(try server.reports { $0.pendingBytes == 0 && $0.clientsNotReadFrom == 0 })
        }
    }

    @Test(
        "together hold no more than the bound on their sum: beyond it the worst are closed",
        arguments: Model.keeping(.pendingBound)
    )
    func maxPending(model: Model) throws {
        let configure: (inout ServerConfiguration) -> Void = {
            $0.unixPath = Self.path(model.name)
            $0.maxPendingBytes = 150_000
        }
        try HostedServer.serving(model, configure) { server throws in
            let clients = try (0..<12).map { _ in try server.greeted(to: server.addresses[1]) }
            // Each text fills a read, and is three times as long in upper case.
            let text = [UInt8](String(repeating: "ΐ", count: 32 << 10).utf8)
            let isReached = try Wait.until {
                for client in clients { _ = client.sendNow(text) }
                let counters = try server.report()
                #expect(counters.pendingBytes <= 150_000)
                return counters[.pendingLimit] >= 8
            }
            #expect(isReached)
            #expect(try server.greeted().ask("e eu?\n") == "E EU?\n")
        }
    }

    #if DEBUG
        @Test("that vanish are found by TCP keepalive, unless that is off", arguments: Model.all, [true, false])
        func keepalive(model: Model, isOn: Bool) throws {
            try CutTests.serving(model, { $0.keepalive = isOn ? .standard : nil }) { server, kernel throws in
                let client = try server.greeted()
                let number = try #require(kernel.descriptor())
                var value: Int32 = -1
                var length = socklen_t(MemoryLayout<Int32>.size)
                #expect(unsafe getsockopt(number, SOL_SOCKET, SO_KEEPALIVE, &value, &length) == 0)
                #expect(value == (isOn ? 1 : 0))
                #expect(try client.ask("oi\n") == "OI\n")
            }
        }

        @Test("have different keepalive times, so that probes do not come in bursts", arguments: Model.all)
        func keepaliveTimes(model: Model) throws {
            try CutTests.serving(model) { server, kernel throws in
                var seconds: [Int32] = []
                var clients: [TestClient] = []
                for connection in 1...200 {
                    // Who serves one client at a time sees them one after the other.
                    if !model.keeps(.manyClients) { for client in clients { client.close() } }
                    clients.append(try server.greeted())
                    let number = try #require(kernel.descriptor(of: connection))
                    var value: Int32 = -1
                    var length = socklen_t(MemoryLayout<Int32>.size)
                    #expect(unsafe getsockopt(number, Int32(IPPROTO_TCP), TCP_KEEPIDLE, &value, &length) == 0)
                    seconds.append(value)
                }
                #expect(seconds.allSatisfy { (45...105).contains($0) })
                #expect(Set(seconds).count >= 40)
            }
        }

        @Test(
            "that take nothing during the write timeout are closed, and no others",
            arguments: Model.keeping(.writeTimeout))
        func writeTimeout(model: Model) throws {
            let configure: (inout ServerConfiguration) -> Void = {
                $0.unixPath = Self.path(model.name)
                $0.writeTimeout = .seconds(30)
            }
            try CutTests.serving(model, configure) { server, kernel throws in
                let slow = try server.greeted(to: server.addresses[1])
                let quick = try server.greeted()
                _ = try Self.clog(slow, server)
                try kernel.pass(.seconds(28), server)
                #expect(try server.report()[.writeTimeout] == 0)
                #expect(try kernel.pass(server) { $0[.writeTimeout] == 1 } != nil)
                #expect(try server.reports { $0.pendingBytes == 0 && $0.clients == 1 })
                #expect(try quick.ask("oi\n") == "OI\n")
            }
        }

        @Test(
            "that take a part of their answers have longer, in proportion: a second per KiB",
            arguments: Model.keeping(.writeTimeout))
        func writeTimeoutExtended(model: Model) throws {
            try CutTests.serving(model, { $0.writeTimeout = .seconds(30) }) { server, kernel throws in
                let slow = try server.greeted()
                let before = try server.report().bytesOut
                kernel.give(room: 0)
                try slow.send([UInt8](repeating: UInt8(ascii: "x"), count: 60 << 10))
                #expect(try server.reports { $0.clientsNotReadFrom == 1 })
                try kernel.pass(.seconds(28), server)
                #expect(try server.report()[.writeTimeout] == 0)
                kernel.give(room: 20 << 10)
                #expect(try server.reports { $0.bytesOut == before + 20 << 10 })
                // The client's kernel may put its acknowledgement off by 40 ms of its own time.
                let number = try #require(kernel.descriptor())
                #expect(Wait.until { Socket.unacknowledgedBytes(number) == 0 })
                try kernel.pass(.seconds(20), server)
                #expect(try server.report()[.writeTimeout] == 0)
                #expect(try kernel.pass(server) { $0[.writeTimeout] == 1 } != nil)
                #expect(try slow.read(20 << 10).count == 20 << 10)
                #expect(slow.readToEnd().end != .timedOut)
            }
        }
    #endif
}

// Listeners, and what the sockets of their clients inherit.
import CLinux
import Glibc
import LinuxIO
import SystemPackage
import TestSupport
import Testing

@Suite("A listener")
struct ListenerTests {
    private static func option(_ number: Int32, _ level: Int32, _ name: Int32) -> Int32 {
        var value: Int32 = -1
        var length = socklen_t(MemoryLayout<Int32>.size)
        // SAFETY: room for one number, as the length says.
        unsafe getsockopt(number, level, name, &value, &length)
        return value
    }

    @Test(
        "hands keepalive and no-delay down to its clients, and its address says the true port")
    func inheritance() throws {
        let keepalive = KeepaliveTimes(idleSeconds: 61, intervalSeconds: 7, probes: 5)
        let listener = try Listener(at: .loopback(port: 0), options: .init(backlog: 8, keepalive: keepalive))
        #expect(listener.address.port != 0)
        let client = try TestClient(listener.address)
        #expect(Poll.readable([listener.number], timeout: .seconds(10)) == .ready([0]))
        var peer = KernelAddress()
        guard case .accepted(let accepted) = listener.accept(peer: &peer) else {
            Issue.record("nobody was accepted")
            return
        }
        #expect(Self.option(accepted.number, SOL_SOCKET, SO_KEEPALIVE) == 1)
        #expect(Self.option(accepted.number, Int32(IPPROTO_TCP), TCP_KEEPIDLE) == 61)
        #expect(Self.option(accepted.number, Int32(IPPROTO_TCP), TCP_KEEPINTVL) == 7)
        #expect(Self.option(accepted.number, Int32(IPPROTO_TCP), TCP_KEEPCNT) == 5)
        Socket.setKeepaliveIdle(accepted.number, seconds: 77)
        #expect(Self.option(accepted.number, Int32(IPPROTO_TCP), TCP_KEEPIDLE) == 77)
        Socket.stopKeepalive(accepted.number)
        #expect(Self.option(accepted.number, SOL_SOCKET, SO_KEEPALIVE) == 0)
        #expect(Self.option(accepted.number, Int32(IPPROTO_TCP), TCP_NODELAY) == 1)
        #expect(fcntl(accepted.number, F_GETFL) & O_NONBLOCK != 0)
        #expect(fcntl(accepted.number, F_GETFD) & FD_CLOEXEC != 0)
        if case .ipv4(let host, _) = SocketAddress(peer: peer) { #expect(host == 0x7F00_0001) }
        withExtendedLifetime(client) {}
    }

    @Test("without waiting clients returns instead of blocking")
    func wouldBlock() throws {
        let listener = try Listener(at: .loopback(port: 0), options: .init(backlog: 8))
        var peer = KernelAddress()
        if case .wouldBlock = listener.accept(peer: &peer) { return }
        Issue.record("accept did not say that it would block")
    }

    @Test("at a port in use is an error that names bind")
    func inUse() throws {
        let first = try Listener(at: .loopback(port: 0), options: .init(backlog: 1))
        #expect { _ = try Listener(at: first.address, options: .init(backlog: 1)) } throws: { error in
            error as? SystemError == SystemError(.addressInUse, in: .bind)
        }
    }

    @Test(
        "leaves a socket file behind, whose live and stale states are distinguished from each other and from other files"
    )
    func unixPaths() throws {
        let path = "/tmp/eco-listener-test-\(getpid())"
        unsafe unlink(path)
        #expect(try UnixPath.state(of: path) == .nothing)
        do {
            let listener = try Listener(at: .unix(path), options: .init(backlog: 1))
            #expect(try UnixPath.state(of: path) == .live)
            _ = listener.number
        }
        #expect(try UnixPath.state(of: path) == .stale)
        try UnixPath.remove(path)
        Descriptor.close(unsafe open(path, O_CREAT | O_WRONLY, 0o600))
        #expect(try UnixPath.state(of: path) == .other)
        try UnixPath.remove(path)
    }
}

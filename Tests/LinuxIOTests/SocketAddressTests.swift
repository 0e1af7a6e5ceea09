// Addresses as people read and write them.
import LinuxIO
import Testing

@Suite("A socket address")
struct SocketAddressTests {
    @Test(
        "reads as the lesson prints it",
        arguments: [
            (SocketAddress.loopback(port: 54321), "127.0.0.1:54321"),
            (.loopback6(port: 54321), "[::1]:54321"),
            (.ipv6(0x2001_0DB8_0000_0000, 0x0000_0000_0000_0001, port: 1, scope: 0), "[2001:db8::1]:1"),
            (.unix("/tmp/eco"), "unix"),
        ])
    func description(address: SocketAddress, text: String) { #expect("\(address)" == text) }

    @Test("is parsed from numbers, and from nothing else")
    func numeric() {
        #expect(SocketAddress(numeric: "127.0.0.1", port: 7) == .loopback(port: 7))
        #expect(SocketAddress(numeric: "::1", port: 7) == .loopback6(port: 7))
        #expect(SocketAddress(numeric: "localhost", port: 7) == nil)
        #expect(SocketAddress(numeric: "127.1", port: 7) == nil)
        #expect(SocketAddress(numeric: "", port: 7) == nil)
    }

    @Test("that maps IPv4 into IPv6 stands for the IPv4 address")
    func mapped() {
        #expect(SocketAddress.ipv6(0, 0xFFFF_7F00_0001, port: 5, scope: 0).unmapped == .loopback(port: 5))
        #expect(SocketAddress.loopback6(port: 5).unmapped == .loopback6(port: 5))
    }

    @Test("of localhost is known without a resolver, in both families")
    func localhost() throws {
        #expect(try Host.addresses(of: "localhost", port: 9) == [.loopback(port: 9), .loopback6(port: 9)])
    }

    @Test("of a name that does not exist is an error with the name and the resolver's reason")
    func unresolved() {
        #expect { try Host.addresses(of: "no-such-host.invalid", port: 1) } throws: { error in
            guard let error = error as? Host.ResolutionError else { return false }
            return error.host == "no-such-host.invalid" && !error.reason.isEmpty
        }
    }
}

// Clients of one address.
import LinuxIO
import Testing

@testable import EcoServer

@Suite("The limit of an address")
struct AddressLimiterTests {
    @Test("admits so many and no more, and again when one has left")
    func limit() {
        var limiter = AddressLimiter(limit: 2)
        let address = SocketAddress.loopback(port: 1)
        guard case .admitted(let number) = limiter.admit(address) else {
            Issue.record("the first client was refused")
            return
        }
        #expect(limiter.admit(address.withPort(2)) == .admitted(number))
        #expect(limiter.admit(address) == .refused)
        #expect(limiter.admit(.ipv4(0x7F00_0002, port: 1)) != .refused)
        limiter.leave(number)
        #expect(limiter.admit(address) == .admitted(number))
        #expect(limiter.admit(address) == .refused)
    }

    @Test("counts IPv6 by /64, IPv4-mapped addresses as IPv4, and Unix sockets not at all")
    func kinds() {
        var limiter = AddressLimiter(limit: 1)
        #expect(limiter.admit(.ipv6(1, 1, port: 1, scope: 0)) != .refused)
        #expect(limiter.admit(.ipv6(1, 2, port: 1, scope: 0)) == .refused)
        #expect(limiter.admit(.ipv6(2, 1, port: 1, scope: 0)) != .refused)
        #expect(limiter.admit(.loopback(port: 1)) != .refused)
        #expect(limiter.admit(.ipv6(0, 0xFFFF_7F00_0001, port: 1, scope: 0)) == .refused)
        for _ in 0..<3 { #expect(limiter.admit(.unix("")) == .exempt) }
    }

    @Test("forgets an address whose last client has left")
    func forgets() {
        var limiter = AddressLimiter(limit: 1)
        for host in UInt32(1)...1000 {
            guard case .admitted(let number) = limiter.admit(.ipv4(host, port: 1)) else {
                Issue.record("host \(host) was refused")
                return
            }
            #expect(number == 0)
            limiter.leave(number)
        }
    }
}

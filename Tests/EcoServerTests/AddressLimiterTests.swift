// Clients of one address.
import LinuxIO
import TestSupport
import Testing

@testable import EcoServer

@Suite("The limit of an address")
struct AddressLimiterTests {
    @Test("admits clients up to the limit, and another one after one has left")
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

    @Test("counts like a dictionary when thousands of clients come and go at random")
    func likeADictionary() {
        struct Key: Hashable {
            var isIPv6: Bool
            var number: UInt64
        }
        var limiter = AddressLimiter(limit: 3)
        var counts: [Key: Int] = [:]
        var inside: [(key: Key, number: Int)] = []
        var steps = 0
        // More come than go until the table is two thirds full, which is beyond 10,000.
        while steps < 60_000 || inside.count < 10_000 {
            steps += 1
            if !inside.isEmpty, Int.random(in: 0..<5) < 2 {
                let client = inside.remove(at: Int.random(in: inside.indices))
                limiter.leave(client.number)
                counts[client.key]! -= 1
                continue
            }
            // The same numbers are addresses of both kinds.
            let key = Key(isIPv6: .random(), number: .random(in: 0..<4_000))
            let address: SocketAddress =
                key.isIPv6 ? .ipv6(key.number, 1, port: 1, scope: 0) : .ipv4(UInt32(key.number), port: 1)
            switch limiter.admit(address) {
            case .admitted(let number):
                counts[key, default: 0] += 1
                inside.append((key, number))
            case .refused: #expect(counts[key] == 3)
            case .exempt, .noMemory: Issue.record("\(key) is not counted")
            }
        }
        #expect(counts.values.allSatisfy { $0 <= 3 })
    }

    @Test(
        "keeps counting without memory for more chains, and reports a lack of memory for another address",
        .enabled(if: AllocationPlan.isPossible, "a sanitizer brings its own malloc"))
    func noMemory() {
        let plan = AllocationPlan()
        plan.obeyed {
            var limiter = AddressLimiter(limit: 1)
            let isReserved = limiter.reserveFirst()
            plan.lifted { #expect(isReserved) }
            // 64 chains are there; what follows is for more of them, and at last for the next 1024 addresses.
            plan.fail(512...64 << 10)
            for host in UInt32(1)...1024 {
                let verdict = limiter.admit(.ipv4(host, port: 1))
                plan.lifted { #expect(verdict == .admitted(Int(host) - 1)) }
            }
            plan.lifted { #expect(plan.failed > 0) }
            let next = limiter.admit(.ipv4(5_000, port: 1))
            plan.lifted { #expect(next == .noMemory) }
            let known = limiter.admit(.ipv4(7, port: 1))
            plan.lifted { #expect(known == .refused) }
            plan.watch(1...1)
            let later = limiter.admit(.ipv4(5_000, port: 1))
            plan.lifted { #expect(later == .admitted(1024)) }
        }
    }
}

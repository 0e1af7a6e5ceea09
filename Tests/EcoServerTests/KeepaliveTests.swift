// The times after which silent clients are probed.
import LinuxIO
import Testing

@testable import EcoServer

extension Keepalive {
    /// The longest time until the server notices that a peer has vanished, apart from the width of the kernel's buckets.
    fileprivate var longestSeconds: Int32 {
        inherited.idleSeconds + inherited.probes * inherited.intervalSeconds
    }
}

@Suite("Keepalive")
struct KeepaliveTests {
    @Test("spreads the probes evenly over a minute, whichever clients remain")
    func spread() {
        // All clients, every other one, every 89th, ...: no pattern makes a burst.
        for stride in [1, 2, 34, 89, 6765] as [UInt64] {
            var clients = [Int: Int]()
            for number in 1...6100 as ClosedRange<UInt64> {
                clients[Int(Keepalive.standard.idleSeconds(ofClient: number * stride)), default: 0] += 1
            }
            #expect(clients.keys.min() == 45 && clients.keys.max() == 105)
            // 100 in each second; five standard deviations are 50.
            #expect(clients.values.allSatisfy { (50...150).contains($0) })
        }
    }

    @Test("keeps its proportions when its idle time is set to a short one")
    func quick() {
        let quick = Keepalive(idleSeconds: 6)
        let seconds = (1...200).map { quick.idleSeconds(ofClient: $0) }
        #expect(seconds.min() == 6 && seconds.max() == 14)
        #expect(quick.longestSeconds == 20)
        #expect(Keepalive.standard.longestSeconds == 183)
        let longest = Keepalive(idleSeconds: Keepalive.range.upperBound)
        #expect(longest.inherited.idleSeconds <= 32_767 && longest.inherited.intervalSeconds <= 32_767)
        #expect(Keepalive(idleSeconds: 1).inherited.intervalSeconds == 1)
    }

    @Test("covers as many clients as the kernel's queue has room for probes")
    func limits() {
        #expect(Keepalive.mostClients(queueLength: 1000, processors: 2) == 60_000)
        #expect(Keepalive.mostClients(queueLength: 20_000, processors: 1) == 600_000)
        #expect(Keepalive.mostClients(queueLength: .max, processors: 1024) > 1 << 30)
        #expect(Keepalive.queueLength(clients: 1_000_000, processors: 2) == 16_667)
        #expect(Keepalive.mostClients(queueLength: 16_667, processors: 2) >= 1_000_000)
    }
}

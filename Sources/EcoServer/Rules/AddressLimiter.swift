// How many clients an address has.
internal import LinuxIO
internal import Reactor

/// Counts the clients of each address and refuses those beyond a limit. IPv6 counts by /64, Unix sockets not at all.
///
/// A table of the addresses that have clients, with chains of the entries that have the same hash.
struct AddressLimiter: ~Copyable, Sendable {
    // Not private: otherwise Swift 6.3.1 fails to compile code that destroys a server in another module, as tests do.
    struct Entry: Slot, Sendable {
        var generation: UInt32 = 0
        /// Not a deadline: the table's list of free entries.
        var deadlineTick: UInt32 = 0
        /// An IPv4 address, or the first half of an IPv6 address.
        var address: UInt64 = 0
        var isIPv6 = false
        var count: UInt32 = 0
        /// The next entry of its chain plus 1; 0 at its end.
        var next: UInt32 = 0
    }

    private let limit: Int
    private var entries = SlotTable<Entry>()
    /// The first entry of each chain plus 1, or 0. Their number is a power of two.
    private var chains = CheckedArray<UInt32>()

    init(limit: Int) { self.limit = limit }

    /// Allocates memory for the first addresses, so that at least these can always be counted. False if there is none.
    mutating func reserveFirst() -> Bool { entries.reserveFirst() && makeChains() }

    enum Verdict: Equatable {
        /// Admitted; the number is to be given back at the end.
        case admitted(Int)
        /// Admitted and not counted.
        case exempt
        case refused
        /// There is no memory to count it.
        case noMemory
    }

    /// Counts a client in, if its address has room for it.
    mutating func admit(_ address: SocketAddress) -> Verdict {
        var new = Entry()
        switch address.unmapped {
        case .ipv4(let address, _): new.address = UInt64(address)
        case .ipv6(let high, _, _, _): (new.address, new.isIPv6) = (high, true)
        case .unix: return .exempt
        }
        guard makeChains() else { return .noMemory }
        var next = chains[chain(of: new)]
        while next != 0 {
            let number = Int(next) - 1
            if entries[number].address == new.address, entries[number].isIPv6 == new.isIPv6 {
                guard entries[number].count < limit else { return .refused }
                entries[number].count += 1
                return .admitted(number)
            }
            next = entries[number].next
        }
        // So that each chain stays short; without memory for more chains, they only become longer.
        if entries.count >= chains.count { _ = addChains() }
        guard let number = entries.insert() else { return .noMemory }
        entries[number].address = new.address
        entries[number].isIPv6 = new.isIPv6
        entries[number].count = 1
        link(number)
        return .admitted(number)
    }

    /// Counts a client out.
    mutating func leave(_ number: Int) {
        entries[number].count -= 1
        guard entries[number].count == 0 else { return }
        let chain = chain(of: entries[number])
        if Int(chains[chain]) - 1 == number {
            chains[chain] = entries[number].next
        } else {
            var before = Int(chains[chain]) - 1
            while Int(entries[before].next) - 1 != number { before = Int(entries[before].next) - 1 }
            entries[before].next = entries[number].next
        }
        entries.remove(number)
    }

    // MARK: - Chains

    /// The hash has a secret per process, so that no one can choose addresses that all fall into one chain.
    private func chain(of entry: Entry) -> Int {
        var hasher = Hasher()
        hasher.combine(entry.address)
        hasher.combine(entry.isIPv6)
        return hasher.finalize() & (chains.count - 1)
    }

    private mutating func link(_ number: Int) {
        let chain = chain(of: entries[number])
        entries[number].next = chains[chain]
        chains[chain] = UInt32(number + 1)
    }

    private mutating func makeChains() -> Bool { !chains.isEmpty || addChains() }

    /// Doubles the number of chains. False if there is no memory for them.
    private mutating func addChains() -> Bool {
        guard chains.fill(max(64, 2 * chains.count), with: 0) else { return false }
        for number in 0..<entries.end where entries.isOccupied(number) { link(number) }
        return true
    }
}

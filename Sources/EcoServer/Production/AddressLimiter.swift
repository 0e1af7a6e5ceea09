// How many clients an address has.
internal import LinuxIO

/// Counts the clients of each address and refuses those beyond a limit. IPv6 counts by /64, Unix sockets not at all.
struct AddressLimiter {
    private enum Key: Hashable {
        case ipv4(UInt32)
        case ipv6(UInt64)
    }

    private let limit: Int
    private var numberOfKey: [Key: Int] = [:]
    private var entries: [(key: Key, count: Int)] = []
    private var free: [Int] = []

    init(limit: Int) { self.limit = limit }

    enum Verdict: Equatable {
        /// Admitted; the number is to be given back at the end.
        case admitted(Int)
        /// Admitted and not counted.
        case exempt
        case refused
    }

    /// Counts a client in, if its address has room for it.
    mutating func admit(_ address: SocketAddress) -> Verdict {
        let key: Key
        switch address.unmapped {
        case .ipv4(let address, _): key = .ipv4(address)
        case .ipv6(let high, _, _, _): key = .ipv6(high)
        case .unix: return .exempt
        }
        if let number = numberOfKey[key] {
            guard entries[number].count < limit else { return .refused }
            entries[number].count += 1
            return .admitted(number)
        }
        let number = free.popLast() ?? entries.count
        if number == entries.count { entries.append((key, 1)) } else { entries[number] = (key, 1) }
        numberOfKey[key] = number
        return .admitted(number)
    }

    /// Counts a client out.
    mutating func leave(_ number: Int) {
        entries[number].count -= 1
        guard entries[number].count == 0 else { return }
        numberOfKey[entries[number].key] = nil
        free.append(number)
    }
}

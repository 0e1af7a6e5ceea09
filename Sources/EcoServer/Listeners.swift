// Opening the sockets that a server listens on.
public import LinuxIO
internal import SystemPackage

/// The sockets that a server listens on. Closed on request, or with the last reference.
public final class Listeners {
    /// A listener, as a value that an array can hold.
    final class Entry {
        /// Its place among the opened listeners, which does not change when another one is removed.
        let id: Int
        let listener: Listener

        init(_ listener: consuming Listener, id: Int) {
            self.id = id
            self.listener = listener
        }
    }

    private(set) var entries: [Entry] = [] {
        didSet { numbers = entries.map { $0.listener.number } }
    }

    /// Their descriptors, so that waiting for a client at all of them needs no memory for a list.
    private(set) var numbers: [Int32] = []
    private var unixFile: (path: String, identity: UnixPath.Identity)?

    /// Where the server listens.
    public var addresses: [SocketAddress] { entries.map { $0.listener.address } }

    /// Opens every listener that the configuration names. Blocks while names are looked up.
    public init(_ configuration: ServerConfiguration) throws(ListenError) {
        let backlog = Int32(clamping: configuration.backlog ?? Int(Int32.max))
        try openHosts(configuration, backlog: backlog)
        if let path = configuration.unixPath { try openUnix(path, backlog: backlog) }
    }

    deinit { close() }

    /// All ids are below this one.
    var nextId: Int { entries.last.map { $0.id + 1 } ?? 0 }

    /// Where the next round of accepting begins.
    private var round = 0

    /// Begins a round of accepting at all of them, and returns the index of the first: another one each time, so that no listener keeps the
    /// clients of the others waiting.
    func beginRound() -> Int {
        guard !entries.isEmpty else { return 0 }
        round = (round + 1) % entries.count
        return round
    }

    /// The listener with this id, unless it is gone.
    func entry(_ id: Int) -> Entry? { entries.first { $0.id == id } }

    /// Closes a listener that died; the others go on.
    func remove(_ id: Int) { entries.removeAll { $0.id == id } }

    /// Closes all, and removes the file of the Unix socket if it is still this server's.
    func close() {
        entries.removeAll()
        if let (path, identity) = unixFile, UnixPath.identity(of: path) == identity { try? UnixPath.remove(path) }
        unixFile = nil
    }

    // MARK: - TCP

    /// With port 0, the first listener's port is used for all. If another program has it at a later address, all are opened again.
    private func openHosts(_ configuration: ServerConfiguration, backlog: Int32) throws(ListenError) {
        for attempt in 1...8 {
            do throws(ListenError) {
                try openHostsOnce(configuration, backlog: backlog)
                return
            } catch {
                guard configuration.port == 0, attempt < 8, case .system(let error, _) = error,
                    error.errno == .addressInUse
                else { throw error }
                entries.removeAll()
            }
        }
    }

    private func openHostsOnce(_ configuration: ServerConfiguration, backlog: Int32) throws(ListenError) {
        var port = configuration.port
        var hosts: [(name: String, addresses: [SocketAddress])] = []
        for name in configuration.hosts {
            do {
                hosts.append((name, try Host.addresses(of: name, port: 0).map(\.unmapped)))
            } catch {
                throw .unresolved(error)
            }
        }
        let takesIPv4Wildcard = hosts.contains { $0.addresses.contains(.ipv4(0, port: 0)) }
        let takesIPv6Wildcard = hosts.contains { $0.addresses.contains { $0.isWildcard && $0 != .ipv4(0, port: 0) } }
        /// Whether a wildcard's socket receives the clients of an address, so that no other socket is possible there: `::` receives those
        /// of IPv4 too.
        func isCovered(_ address: SocketAddress) -> Bool {
            if address.isWildcard { return false }
            if case .ipv4 = address, takesIPv4Wildcard { return true }
            return takesIPv6Wildcard
        }
        var opened: Set<SocketAddress> = []
        for (host, addresses) in hosts {
            for address in addresses where !isCovered(address) && opened.insert(address).inserted {
                let isDual = address.isWildcard && !takesIPv4Wildcard
                let options = Listener.Options(
                    backlog: backlog, keepalive: configuration.keepalive?.inherited, isIPv6Only: !isDual)
                do throws(SystemError) {
                    let listener = try Listener(at: address.withPort(port), options: options)
                    port = listener.address.port
                    entries.append(Entry(listener, id: entries.count))
                } catch {
                    // A machine without IPv6 has no ::1; `localhost` is 127.0.0.1 there.
                    let isOptional = host == "localhost" && address == .loopback6(port: 0)
                    let isMissing = error.errno == .addressNotAvailable || error.errno == .addressFamilyNotSupported
                    if isOptional && isMissing { continue }
                    throw .system(error, address.withPort(port))
                }
            }
        }
    }

    // MARK: - Unix

    private func openUnix(_ path: String, backlog: Int32) throws(ListenError) {
        guard !path.isEmpty, path.utf8.count <= SocketAddress.longestPath else { throw .pathLength(path) }
        let address = SocketAddress.unix(path)
        do throws(SystemError) {
            switch try UnixPath.state(of: path) {
            case .nothing: break
            case .stale: try UnixPath.remove(path)
            case .live: throw SystemError(.addressInUse, in: .bind)
            case .other: throw SystemError(.fileExists, in: .bind)
            }
            let listener = try Listener(at: address, options: .init(backlog: backlog))
            entries.append(Entry(listener, id: entries.count))
        } catch {
            throw .system(error, address)
        }
        if let identity = UnixPath.identity(of: path) { unixFile = (path, identity) }
    }
}

/// Why a server cannot listen at an address.
public enum ListenError: Error {
    case unresolved(Host.ResolutionError)
    case system(SystemError, SocketAddress)
    /// Empty, or longer than the kernel allows.
    case pathLength(String)
}

// Which clients are admitted, and what the refused ones are told.
internal import EcoProtocol
internal import LinuxIO

/// The limits on clients, and the clients that count against them. A value without I/O: an event loop has one, threads share one under a
/// lock.
///
/// Every admitted client leaves once (`leave`), or is taken back if it cannot be served after all (`takeBack`). A refused client is
/// counted by its cause. It may linger, so that it can read the reason, unless too many do (`letLinger`).
struct Admission: ~Copyable, Sendable {
    /// What an admitted client holds until it leaves.
    struct Ticket: BitwiseCopyable, Sendable {
        /// The client's number, for its greeting.
        let number: UInt64
        /// Its entry among the addresses plus 1; 0 if it has none.
        let address: UInt32
    }

    enum Verdict: Sendable {
        case admitted(Ticket)
        case refused(Refusal)
    }

    /// How long a server waits for descriptors or memory, or for a client to leave, before it accepts again.
    static let pause = Duration.milliseconds(100)

    private let limits: ServerLimits
    private let limitPerAddress: Int
    /// Descriptors from this one on cannot be watched: neither clients nor refused ones that linger may have them.
    private let descriptorEnd: Int32
    private let page: CounterPage
    private var addresses: AddressLimiter?
    /// Clients that are connected, including those whose connections are being closed.
    private(set) var clients = 0
    /// Refused clients that linger.
    private(set) var refusals = 0

    /// - Parameters:
    ///   - page: where clients and refusals are counted.
    ///   - limitsAddresses: false if clients per address are not counted, regardless of the configuration.
    init(
        _ configuration: ServerConfiguration, _ limits: ServerLimits, _ page: CounterPage, limitsAddresses: Bool = true,
        descriptorEnd: Int32 = .max
    ) {
        self.limits = limits
        let limitPerAddress = limitsAddresses ? configuration.maxClientsPerAddress : nil
        self.limitPerAddress = limitPerAddress ?? .max
        addresses = limitPerAddress.map { AddressLimiter(limit: $0) }
        self.descriptorEnd = descriptorEnd
        self.page = page
    }

    /// Allocates memory for the first addresses, so that at least these can always be counted. False if there is none.
    mutating func reserveFirst() -> Bool { addresses?.reserveFirst() ?? true }

    /// Counts the client on this descriptor in, if there is room for it.
    mutating func admit(_ descriptor: Int32, _ peer: @autoclosure () -> SocketAddress) -> Verdict {
        guard clients < limits.maxClients else { return .refused(.full) }
        guard descriptor < descriptorEnd else { return .refused(.descriptors) }
        var address: UInt32 = 0
        if addresses != nil {
            switch addresses!.admit(peer()) {
            case .admitted(let entry): address = UInt32(entry + 1)
            case .exempt: break
            case .refused: return .refused(.address)
            case .noMemory: return .refused(.resources)
            }
        }
        page.add(1, to: .accepted)
        count(clients + 1)
        return .admitted(Ticket(number: page[.accepted], address: address))
    }

    /// Takes back the last admission: the client cannot be served, and is refused. The next client gets its number.
    mutating func takeBack(_ ticket: Ticket) {
        page.take(1, from: .accepted)
        leave(address: ticket.address)
    }

    /// Counts how the session of an admitted client ended, once, before it leaves.
    func count(_ ending: Ending) { page.add(1, to: .closed(ending)) }

    /// Counts a client out, by its entry among the addresses.
    mutating func leave(address: UInt32) {
        if address != 0 { addresses!.leave(Int(address) - 1) }
        count(clients - 1)
    }

    private mutating func count(_ clients: Int) {
        self.clients = clients
        page[.clients] = UInt64(clients)
    }

    // MARK: - Refusing

    /// Counts a refusal, and returns the line for the client.
    func refuse(_ cause: Refusal) -> ServerLine {
        page.add(1, to: .refused(cause))
        switch cause {
        case .full: return .full(limit: limits.maxClients)
        case .address: return .fullForAddress(limit: limitPerAddress)
        // The limit in force is the number of clients that there is room for.
        case .descriptors, .resources: return .full(limit: clients)
        }
    }

    /// Whether the refused client on this descriptor may linger; `endLingering()` counts it out.
    mutating func letLinger(_ descriptor: Int32) -> Bool {
        guard descriptor < descriptorEnd, refusals < limits.maxRefusals else { return false }
        refusals += 1
        return true
    }

    mutating func endLingering() { refusals -= 1 }
}

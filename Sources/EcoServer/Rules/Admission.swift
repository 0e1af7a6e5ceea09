// Who is let in, who is not, and what they are told.
internal import EcoProtocol
internal import LinuxIO

/// The limits on clients, and who counts against them. A value without I/O: an event loop has one, threads share one by a lock.
///
/// Every client that is admitted leaves once (`leave`), or is taken back if it cannot be served after all (`takeBack`). A client that is
/// refused is counted by its cause; it may linger, so that it reads why, if not too many do (`letLinger`).
struct Admission: ~Copyable, Sendable {
    /// What an admitted client holds until it leaves.
    struct Ticket: BitwiseCopyable, Sendable {
        /// The client's number, which its greeting tells.
        let number: UInt64
        /// Its entry among the addresses plus 1; 0 if it has none.
        let address: UInt32
    }

    enum Verdict: Sendable {
        case admitted(Ticket)
        case refused(Refusal)
    }

    private let limits: ServerLimits
    private let limitPerAddress: Int
    /// Descriptors from this number on cannot be served.
    private let descriptorEnd: Int32
    private let page: CounterPage
    private var addresses: AddressLimiter?
    /// Clients that are connected, those that are being closed included.
    private(set) var clients = 0
    /// Refused clients that linger.
    private(set) var refusals = 0

    /// - Parameters:
    ///   - page: where clients and refusals are counted.
    ///   - limitsAddresses: false if clients per address are not counted, whatever the configuration says.
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

    /// Has memory for the first addresses, so that these at least can be counted whatever happens. False if there is none.
    mutating func reserveFirst() -> Bool { addresses?.reserveFirst() ?? true }

    /// Counts in the client on this descriptor, if there is room for it.
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
        page[.accepted] += 1
        count(clients + 1)
        return .admitted(Ticket(number: page[.accepted], address: address))
    }

    /// Takes back the last admission: the client cannot be served, and is refused. Its number is the next one's.
    mutating func takeBack(_ ticket: Ticket) {
        page[.accepted] -= 1
        leave(address: ticket.address)
    }

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

    /// Counts a refusal, and says what the client is told.
    func refuse(_ cause: Refusal) -> ServerLine {
        page[.refused(cause)] += 1
        switch cause {
        case .full: return .full(limit: limits.maxClients)
        case .address: return .fullForAddress(limit: limitPerAddress)
        // The limit in force is what there is room for.
        case .descriptors, .resources: return .full(limit: clients)
        }
    }

    /// Whether another refused client may linger; each that does is counted out by `endLingering()`.
    mutating func letLinger() -> Bool {
        guard refusals < limits.maxRefusals else { return false }
        refusals += 1
        return true
    }

    mutating func endLingering() { refusals -= 1 }
}

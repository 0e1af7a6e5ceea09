// What the server says of itself on standard output, in the lesson's words.
public import LinuxIO

/// The lines of the lesson: where the server waits, and who has come.
public struct Console: Sendable {
    private let queue: LineQueue?

    /// - Parameter queue: nil says nothing.
    public init(_ queue: LineQueue?) { self.queue = queue }

    /// Whether anything is said at all: callers skip the formatting otherwise.
    public var isQuiet: Bool { queue == nil }

    /// Says at which ports and paths the server waits, each once.
    public func waits(at addresses: [SocketAddress]) {
        var said: Set<String> = []
        for address in addresses {
            let line =
                if case .unix(let path) = address {
                    "Aguarda conexão em \(path)\n"
                } else {
                    "Aguarda conexão na porta \(address.port)\n"
                }
            if said.insert(line).inserted { queue?.add(line) }
        }
    }

    /// Says that a client has come and is being served: two lines that stay together.
    public func accepted(_ peer: SocketAddress) {
        queue?.add("Conexão estabelecida de \(peer.unmapped)\natendendo cliente...\n", lines: 2)
    }
}

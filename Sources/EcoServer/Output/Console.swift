// What the server prints on standard output, in the lesson's words.
public import LinuxIO

/// The lines of the lesson: where the server waits, and which clients connect.
public struct Console: Sendable {
    private let queue: LineQueue?
    /// More than the text about a client takes while it is made.
    private static let textBytes = 2 << 10

    private let diagnostics: LineQueue?

    /// - Parameters:
    ///   - queue: nil prints nothing.
    ///   - diagnostics: where other lines go; it has to be ready for them when serving begins.
    public init(_ queue: LineQueue?, diagnostics: LineQueue? = nil) {
        self.queue = queue
        self.diagnostics = diagnostics
    }

    /// Whether nothing is printed: callers then skip the formatting.
    public var isQuiet: Bool { queue == nil }

    /// Prints the ports and paths at which the server waits, each once.
    public func waits(at addresses: [SocketAddress]) {
        var said: Set<String> = []
        for address in addresses {
            let line =
                if case .unix(let path) = address {
                    "Aguarda conexão em \(path.plainLine)\n"
                } else {
                    "Aguarda conexão na porta \(address.port)\n"
                }
            if said.insert(line).inserted { queue?.add(line) }
        }
        // After the threads that serving requires.
        diagnostics?.start()
    }

    /// Prints that a client has connected and is being served: two lines that stay together.
    public func accepted(_ peer: SocketAddress) {
        guard let queue else { return }
        // Swift makes the text from several strings, and allocations by Swift cannot be checked.
        guard Memory.isThere(byteCount: Self.textBytes) else { return queue.drop(lines: 2) }
        queue.add("Conexão estabelecida de \(peer.unmapped)\natendendo cliente...\n", lines: 2)
    }
}

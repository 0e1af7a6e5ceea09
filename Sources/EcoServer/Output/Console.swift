// What the server says of itself on standard output, in the lesson's words.
public import LinuxIO

/// The lines of the lesson: where the server waits, and who has come.
public struct Console: Sendable {
    private let queue: LineQueue?
    /// More than the text of a client takes while it is made.
    private static let textBytes = 2 << 10

    private let diagnostics: LineQueue?

    /// - Parameters:
    ///   - queue: nil says nothing.
    ///   - diagnostics: where other things are said; it is to be ready for them when serving begins.
    public init(_ queue: LineQueue?, diagnostics: LineQueue? = nil) {
        self.queue = queue
        self.diagnostics = diagnostics
    }

    /// Whether anything is said at all: callers skip the formatting otherwise.
    public var isQuiet: Bool { queue == nil }

    /// Says at which ports and paths the server waits, each once.
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
        // After the threads that serving cannot do without.
        diagnostics?.start()
    }

    /// Says that a client has come and is being served: two lines that stay together.
    public func accepted(_ peer: SocketAddress) {
        guard let queue else { return }
        // Swift makes the text of several strings, and no allocation of its own can be checked.
        guard Memory.isThere(byteCount: Self.textBytes) else { return queue.drop(lines: 2) }
        queue.add("Conexão estabelecida de \(peer.unmapped)\natendendo cliente...\n", lines: 2)
    }
}

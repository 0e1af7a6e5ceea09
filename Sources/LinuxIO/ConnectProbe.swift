// Whether something listens at an address, tested by connecting.

extension SocketAddress {
    /// Whether a connection is established within this time. It is closed at once; the server sees a short connection. Blocks.
    public func isListening(within limit: Duration) -> Bool {
        guard let socket = try? ClientSocket(socketFamily) else { return false }  // Nothing is reached.
        switch socket.connect(to: self) {
        case .connected: break
        case .failed: return false
        case .inProgress:
            var entries = [Poll.Entry(socket.number, wantsRead: false, wantsWrite: true)]
            Poll.wait(&entries, timeout: limit)
            guard entries[0].isWritable, Socket.connectionError(socket.number) == nil else { return false }
        }
        return !Socket.isConnectedToItself(socket.number, self)
    }
}

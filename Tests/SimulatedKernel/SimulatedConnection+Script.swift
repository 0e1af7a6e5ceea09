// The server's end of a connection, where a script plays the server.

extension SimulatedConnection {
    /// What a script's read comes to.
    public enum ServerRead {
        case bytes(ArraySlice<UInt8>)
        case nothing
        /// The client has ended its side, or the connection is broken.
        case end
    }

    /// Reads at most so many bytes.
    public func serverReceive(_ most: Int) -> ServerRead {
        if !toServer.isEmpty {
            let bytes = toServer.take(most)
            totalReadByServer += bytes.count
            kernel.note("is read", self, bytes.count)
            return .bytes(bytes)
        }
        return clientEnded || isDead ? .end : .nothing
    }

    /// Sends as much as there is room for, and says how much; nil if the connection is broken.
    public func serverSends(_ bytes: ArraySlice<UInt8>) -> Int? {
        precondition(!serverEnded, "the server has ended its side")
        guard !isDead else { return nil }
        let count = serverSent(bytes)
        if count > 0 { kernel.note("is sent", self, count) }
        return count
    }

    /// Ends the server's sending side.
    public func serverEndsSending() {
        guard !isDead, !serverEnded else { return }
        serverEnded = true
        kernel.note("is ended", self)
    }

    /// Closes the server's end: with unread input that is a reset.
    public func serverCloses() {
        guard !isServerClosed else { return }
        kernel.note("is closed", self)
        serverClosed()
    }

    /// Closes it with a reset.
    public func serverResets() {
        guard !isServerClosed else { return }
        toServer.removeAll()
        if !isDead { resetClient() }
        serverClosed()
    }

    /// Whether a script could go on: something to read, or the end.
    public var hasNewsForServer: Bool { !toServer.isEmpty || clientEnded || isDead }
}

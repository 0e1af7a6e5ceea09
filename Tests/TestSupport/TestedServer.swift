// What tests do with a server, whoever runs it.
import LinuxIO

/// A server that tests have started, with the clients that were made here: each stays connected until it is closed or the server's
/// time is over.
public protocol TestedServer: AnyObject, Sendable {
    /// Where its clients connect, unless they are told otherwise.
    var address: SocketAddress { get }
    var clients: ClientList { get }
}

/// Clients that somebody keeps. Any thread may use it.
public final class ClientList: Sendable {
    private let clients = Monitor<[TestClient]>([])

    public init() {}

    func keep(_ client: TestClient) { clients.withLock { $0.append(client) } }

    public func closeAll() { clients.withLock { $0 }.forEach { $0.close() } }
}

extension TestedServer {
    /// Connects a client and keeps it.
    public func connect(
        to address: SocketAddress? = nil, from source: UInt32? = nil, receiveBuffer: Int32? = nil, seconds: Int = 20
    ) throws -> TestClient {
        let client = try TestClient(
            address ?? self.address, from: source, receiveBuffer: receiveBuffer, seconds: seconds)
        clients.keep(client)
        return client
    }

    /// Connects a client and reads its greeting.
    public func greeted(
        to address: SocketAddress? = nil, from source: UInt32? = nil, receiveBuffer: Int32? = nil
    ) throws -> TestClient {
        let client = try connect(to: address, from: source, receiveBuffer: receiveBuffer)
        let line = try client.readLine()
        guard line.hasPrefix("Servidor de eco (cliente ") else { throw TestFailure("no greeting: \(line)") }
        return client
    }

    /// All that the server says to a client that sends this by one call and ends its side, after the greeting.
    public func conversation(_ bytes: [UInt8]) throws -> TestClient.Transcript {
        let client = try greeted()
        try client.send(bytes)
        client.halfClose()
        let transcript = client.readToEnd()
        client.close()
        return transcript
    }
}

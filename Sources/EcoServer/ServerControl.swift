// Requests to a running server, from another thread.
public import LinuxIO
internal import Reactor
internal import Synchronization

/// Requests to a running server. Any thread may make them; signals make them too.
public final class ServerControl: Sendable {
    /// The requests to a server.
    enum Request: UInt8 {
        /// Leave in order: answer everything first.
        case drain = 1
        /// Leave at once.
        case quit = 2
        /// Write the counters to standard error.
        case report = 4
    }

    /// The requests, one after the other. No array: a server that is out of memory can be asked to leave, too.
    struct Requests: Sequence, IteratorProtocol {
        fileprivate var bits: UInt8

        mutating func next() -> Request? {
            guard bits != 0 else { return nil }
            let lowest = bits & (~bits &+ 1)
            bits &= ~lowest
            return Request(rawValue: lowest)
        }
    }

    private let requested = Atomic<UInt8>(0)
    let waker: Waker

    public init() throws(SystemError) { waker = try Waker() }

    /// Asks the server to leave: take the backlog, answer what has been received, end every connection.
    public func drain() { request(.drain) }

    /// Asks the server to leave at once, even if answers are lost.
    public func quit() { request(.quit) }

    /// Asks the server for its counters, as a line of JSON on standard error.
    public func report() { request(.report) }

    private func request(_ request: Request) {
        requested.bitwiseOr(request.rawValue, ordering: .releasing)
        waker.wake()
    }

    /// The server's thread: the requests since the last call.
    func takeRequests() -> Requests {
        waker.acknowledge()
        return Requests(bits: requested.exchange(0, ordering: .acquiring))
    }
}

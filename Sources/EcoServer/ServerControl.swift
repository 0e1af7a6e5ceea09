// Asking a running server to do something, from another thread.
public import LinuxIO
internal import Reactor
internal import Synchronization

/// Requests to a running server. Any thread may make them; signals make them too.
public final class ServerControl: Sendable {
    /// What a server can be asked.
    enum Request: UInt8 {
        /// Leave in good order.
        case drain = 1
        /// Leave at once.
        case quit = 2
        /// Say the counters on standard error.
        case report = 4
    }

    /// What was asked, one after the other. No array: a server that is out of memory is asked to leave, too.
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

    /// Asks the server to leave at once, whatever is lost.
    public func quit() { request(.quit) }

    /// Asks the server for its counters, as a line of JSON on standard error.
    public func report() { request(.report) }

    private func request(_ request: Request) {
        requested.bitwiseOr(request.rawValue, ordering: .releasing)
        waker.wake()
    }

    /// The server's thread: what was asked since the last call.
    func takeRequests() -> Requests {
        waker.acknowledge()
        return Requests(bits: requested.exchange(0, ordering: .acquiring))
    }
}

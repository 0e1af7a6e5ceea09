// The pollers, and something for them to wait for.
import LinuxIO
import Reactor

/// A poller, as an argument of tests.
enum PollerKind: String, CaseIterable, Codable, Sendable {
    case epoll, poll, select

    /// A descriptor that no other test uses, below FD_SETSIZE: the tests of all pollers run at the same time.
    var ownDescriptor: Int32 {
        switch self {
        case .epoll: 1000
        case .poll: 1001
        case .select: 1002
        }
    }

    /// Calls a function with a poller of this kind, with this maximum of events per wait.
    func use(capacity: Int = 64, _ body: some PollerTest) throws {
        switch self {
        case .epoll: try body.run(EpollPoller(capacity: capacity))
        case .poll: try body.run(PollPoller(capacity: capacity))
        case .select: try body.run(SelectPoller(capacity: capacity))
        }
    }
}

/// A function that is generic in the poller; a closure cannot be.
protocol PollerTest {
    func run<P: Poller & ~Copyable>(_ poller: consuming P) throws
}

/// Something to wait for that both kernels have.
final class Bell {
    private let event: EventDescriptor

    init() throws { event = try EventDescriptor() }

    var number: Int32 { event.number }
    func ring() { event.raise() }
    func silence() { event.clear() }
}

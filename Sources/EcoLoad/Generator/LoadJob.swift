// The order for one thread of the load.
import LinuxIO

/// A thread's part of a run: the plan, and its share of the plan's clients, rate and messages.
struct LoadJob: Sendable {
    /// The maximum of bytes per read.
    static let bufferBytes = 256 << 10

    let plan: LoadPlan
    let thread: Int
    /// Its share of the plan's clients.
    let clients: Range<Int>
    /// Messages per second; nil if there is no schedule.
    let rate: Double?
    /// The number of messages, or sessions, of the window; nil if only its time limits them.
    let messages: Int?
    let tape: Tape
    let target: SocketAddress
    let sources: [SocketAddress]
    let coordinator: Coordinator

    init(
        _ plan: LoadPlan, thread: Int, tape: Tape, target: SocketAddress, sources: [SocketAddress],
        _ coordinator: Coordinator
    ) {
        let count = plan.threads
        let begin = plan.clients * thread / count
        let end = plan.clients * (thread + 1) / count
        self.plan = plan
        self.thread = thread
        clients = begin..<end
        rate = plan.rate.map { $0 * Double(end - begin) / Double(plan.clients) }
        messages = plan.messages.map { $0 / count + (thread < $0 % count ? 1 : 0) }
        self.tape = tape
        self.target = target
        self.sources = sources
        self.coordinator = coordinator
    }
}

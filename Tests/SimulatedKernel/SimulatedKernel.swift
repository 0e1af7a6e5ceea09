// A kernel for one process, without a network, a clock or a thread: the same seed gives the same run.
import CLinux
import Glibc

/// Plays the kernel to whatever runs inside `run`: descriptors, sockets, epoll, eventfd, signalfd and the clock.
///
/// The server runs on the calling thread, and the world around it moves inside `epoll_wait`, until something is ready, the
/// timeout passes, or nothing can ever happen. What no correct server does (using a closed descriptor, waking up without
/// end, dying of SIGPIPE, ...) fails the run: from then on `epoll_wait` fails, so that the server comes home.
///
/// Several processes have a kernel each and one network: see `SimulatedNetwork.run`.
public final class SimulatedKernel {
    public let network: SimulatedNetwork
    /// Whose calls these are, in traces of several processes.
    public let name: StaticString
    /// What each call takes, in nanoseconds.
    public var callCost: Int64 = 0
    public var descriptorLimit = 1024
    /// Whether a reset takes what the server has not read with it. Linux keeps what had arrived before.
    public var resetsDestroyUnreadInput = true
    /// The same of what the client has not read.
    public var resetsDestroyUnreadOutput = true
    /// The sizes of new connections' queues.
    public var receiveCapacity = 64 << 10
    public var sendCapacity = 64 << 10
    /// How much of what clients have not read their kernels have acknowledged.
    public var clientWindow = 16 << 10
    /// Shuffles the events of one wait, as no kernel promises an order.
    public var orderOfEvents: KernelRandom?
    /// Lets the world move in the middle of the server's turns too, before so many of a thousand calls.
    public var interleaving: (perMille: Int, random: KernelRandom)?
    /// Stops the process now and then, before so many of a thousand waits, for up to so many nanoseconds.
    public var stops: (perMille: Int, longest: Int, random: KernelRandom)?
    /// Stops the process in its next wait for so many nanoseconds.
    public var nextStop: Int64?
    /// How many keepalive probes the queue on the way carries at a time; nil plays no probes of the living.
    public var probeQueue: Int?
    var probes: [KeepaliveProbe] = []
    /// Puts the descriptors of one wait into an order, for tests that need this one.
    public var sortsEvents: (([Int32]) -> [Int32])?
    /// Calls after which a run that does not end is called endless.
    public var callLimit = 2_000_000

    public let script = Script()
    public var faults: FaultPlan?
    public weak var observer: (any KernelObserver)?
    public weak var clientObserver: (any ClientObserver)?

    /// How often each call was made.
    public private(set) var calls: [Int] = Array(repeating: 0, count: KernelCall.allCases.count)
    /// How often each call failed with each errno.
    public private(set) var acceptances = 0
    public internal(set) var connections: [SimulatedConnection] = []
    public internal(set) var listeners: [ListeningSocket] = []

    var objects: [KernelObject?] = [.standard, .standard, .standard]
    /// What the last poll(2) or select(2) watched.
    let lastWatched = WatchList()
    var timers: [(moment: Int64, connection: SimulatedConnection)] = []
    /// Descriptors that epoll_ctl refused to watch, of late.
    var failedWatches: Set<Int32> = []
    /// Turns in a row that began without a reason and ended without a deed.
    var emptyTurns = 0
    var callsAtLastWait = 0
    /// Who sleeps for so long may wake up for nothing as often as it likes: it is no busy loop.
    public var longSleep = Int64.max
    /// Connections that this process has asked for, and those of them that are not decided.
    public internal(set) var asked: [ClientEnd] = []
    var knocking: [ClientEnd] = []
    /// How long it takes until a connection is decided, in nanoseconds, by chance; nil is no time at all.
    public var handshake: (most: Int, random: KernelRandom)?
    /// What the process waits for, while it does.
    var waiting: (isReady: () -> Bool, deadline: Int64)?
    var hasEnded = false
    let turn = Turn()

    public init(_ network: SimulatedNetwork = SimulatedNetwork(), name: StaticString = "") {
        self.network = network
        self.name = name
    }

    // MARK: - What it shares with others

    /// The clock, in nanoseconds. It moves while everybody sleeps, and by `callCost` in each call.
    public var now: Int64 {
        get { network.now }
        set { network.now = newValue }
    }
    public var world: (any SimulatedWorld)? {
        get { network.world }
        set { network.world = newValue }
    }
    public var trace: Trace {
        get { network.trace }
        _modify { yield &network.trace }
    }
    /// What no correct program does, and this one did; the first of them.
    public var failure: String? { network.failure }
    /// The lines that led to the failure.
    public var failureLines: [String] { network.failureLines }

    /// Notes what must not happen; the run ends at the next wait.
    public func fail(_ message: @autoclosure () -> String) { network.fail(message()) }

    // MARK: - Looking at it

    public subscript(calls call: KernelCall) -> Int { calls[Int(call.rawValue)] }

    /// The numbers of the open descriptors, the standard ones aside.
    public var openDescriptors: [Int32] { (3..<objects.count).filter { objects[$0] != nil }.map(Int32.init) }

    /// What a connection is watched for; nil if it is not watched.
    public func interest(_ connection: SimulatedConnection) -> UInt32? {
        for list in watchLists {
            if let index = list.index(of: connection.fd) { return list.entries[index].events }
        }
        return nil
    }

    /// Whether any of the listeners is watched.
    public var isAccepting: Bool {
        watchLists.contains { list in
            list.entries.contains { if case .socket? = object($0.fd) { true } else { false } }
        }
    }

    /// Raises a signal.
    public func raise(_ signal: Int32) {
        trace.note(now, "signal", amount: Int(signal))
        for case .signals(let queue)? in objects where queue.mask & 1 << UInt64(signal - 1) != 0 {
            if !queue.pending.contains(signal) { queue.pending.append(signal) }
        }
    }

    // MARK: - Calls

    func note(_ text: StaticString, _ connection: SimulatedConnection, _ amount: Int = 0) {
        trace.note(now, text, who: connection.number, amount: amount)
    }

    /// Counts a call and lets its time pass.
    func begin(_ call: KernelCall) {
        calls[Int(call.rawValue)] += 1
        now += callCost
        guard call != .clock, !network.isWorldMoving else { return }
        if network.isPreempted(), let other = network.other(than: self) { network.give(to: other, from: self) }
        guard interleaving != nil, self[calls: .epollWait] > 0, call != .epollWait,
            interleaving!.random.happens(perMille: interleaving!.perMille)
        else { return }
        network.moveWorld()
    }

    func end<R: BinaryInteger>(_ call: KernelCall, _ fd: Int32, _ argument: Int = 0, _ result: R) -> R {
        trace.call(now, call, fd, argument, Int(result), by: name)
        if trace.count > callLimit {
            fail("more than \(callLimit) calls")
            // A server that spins inside a turn never comes to a wait, where the run could end.
            if trace.count > callLimit + 100_000 { fatalError(([failure!] + trace.lines).joined(separator: "\n")) }
        }
        return result
    }

    func nextAcceptance() -> Int {
        acceptances += 1
        return acceptances
    }

    // MARK: - What calls come to

    /// The errno that the script or chance has for a call, or how many bytes it may move.
    func effect(_ call: KernelCall, _ fd: Int32, _ connection: SimulatedConnection?, canFail: Bool) -> (Int32?, Int) {
        switch script.effect(of: call, on: fd, connection: connection?.acceptance) {
        case .fails(let errno): return (errno, 0)
        case .atMost(let count), .exactly(let count): return (nil, count)
        case .first(let body): body()
        case .firstFails(let body, let errno):
            body()
            return (errno, 0)
        case nil: break
        }
        guard canFail, failure == nil, faults != nil else { return (nil, .max) }
        return (faults!.errno(of: call), .max)
    }
}

// Signals as data: blocked, then read from a descriptor.
internal import CLinux
internal import Glibc
internal import SystemPackage

/// The signals that these programs use.
public enum Signal: Int32, Sendable, CaseIterable {
    /// The terminal is gone.
    case hangUp = 1
    case interrupt = 2
    case quit = 3
    case report = 10
    case kick = 12
    case brokenPipe = 13
    case terminate = 15

    fileprivate var bit: UInt64 { 1 << UInt64(rawValue - 1) }
}

/// A set of signals.
public struct SignalSet: Sendable, ExpressibleByArrayLiteral {
    let mask: UInt64

    public init(arrayLiteral signals: Signal...) { mask = signals.reduce(0) { $0 | $1.bit } }

    private init(mask: UInt64) { self.mask = mask }

    /// All signals.
    public static let all = Self(mask: ~0)
    public static let none = Self(mask: 0)
    /// The signals with which write(2) would end the process instead of returning an errno: SIGPIPE, and SIGXFSZ (setrlimit(2),
    /// RLIMIT_FSIZE).
    public static let ofWriting = Self(mask: Signal.brokenPipe.bit | 1 << 24)

    /// Makes this process ignore the signals of the set; programs that it starts inherit that by default. signal(2).
    public func ignore() { set(ignored: true) }

    /// Gives the signals of the set their default effect again, unless they are blocked. signal(2).
    public func restore() { set(ignored: false) }

    private func set(ignored: Bool) {
        for signal in Signal.allCases where mask & signal.bit != 0 {
            clinux_ignore_signal(signal.rawValue, ignored ? 1 : 0)
        }
    }

    /// Whether the signals of the set are blocked by the process's first thread: proc(5), SigBlk.
    public func isBlocked(by process: Proc) -> Bool { mask & ~process.blockedSignals == 0 }

    /// Blocks the set in the calling thread and the threads that it starts later. pthread_sigmask(3).
    public func block() throws(SystemError) { try SystemCall.pthread_sigmask.check(clinux_block_signals(mask)) }
}

/// A signal that was taken from a descriptor.
public struct SignalArrival: Sendable {
    public let signal: Signal
    /// The process id of the sender; 0 if it is the kernel, or a process that is not visible from here.
    public let sender: Int32

    public init(signal: Signal, sender: Int32) {
        self.signal = signal
        self.sender = sender
    }
}

/// A signalfd(2): becomes readable when a signal of its set is pending. Block the set first.
public struct SignalDescriptor: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// - Parameter blocking: whether `next()` waits.
    public init(_ set: SignalSet, blocking: Bool = false) throws(SystemError) {
        // SFD_CLOEXEC and SFD_NONBLOCK have the values of O_CLOEXEC and O_NONBLOCK on every architecture of Linux.
        let flags: Int32 = 0o2_000_000 | (blocking ? 0 : 0o4_000)
        descriptor = Descriptor(owning: try SystemCall.signalfd.check(clinux_signalfd(set.mask, flags)))
    }

    /// The descriptor's number, to poll it.
    public var number: Int32 { descriptor.number }

    /// Takes the next pending signal; nil if none is. Waits for one if the descriptor blocks.
    public func next() -> SignalArrival? {
        while true {
            guard let information = read(1) else { return nil }
            if let arrival = information.first { return arrival }
        }
    }

    /// Takes all pending signals at once, one of each kind; nil if there are none, or the descriptor is unusable. Waits for one if the
    /// descriptor blocks.
    public func all() -> [Signal]? { read(Self.mostKinds)?.map(\.signal) }

    private static let mostKinds = 16

    /// One read(2) of this many `struct signalfd_siginfo`; signals that these programs do not use are left out.
    private func read(_ most: Int) -> [SignalArrival]? {
        // Each is 128 bytes: the signal's number, an errno, a code, the sender's number, ...
        let size = 128
        var bytes = [UInt32](repeating: 0, count: most * size / 4)
        while true {
            // SAFETY: the array has room for this many.
            let result = unsafe clinux_read(descriptor.number, &bytes, most * size)
            if result == -Int(Errno.interrupted.rawValue) { continue }
            guard result >= size else { return nil }
            return (0..<result / size).compactMap { index in
                let first = index * size / 4
                return Signal(rawValue: Int32(bytes[first])).map {
                    SignalArrival(signal: $0, sender: Int32(bitPattern: bytes[first + 3]))
                }
            }
        }
    }
}

// Threads of the system.
internal import CLinux
internal import Glibc

/// POSIX threads: detached, named, with a stack of the caller's choice.
public enum Thread {
    /// Starts a thread that runs the function and ends. pthread_create(3).
    ///
    /// - Parameters:
    ///   - name: at most 15 bytes are shown by `top -H` and the like.
    ///   - stackBytes: 0 is the system's default. Only touched pages take memory.
    ///   - signals: the signals that the thread blocks, whatever the caller blocks.
    public static func start(
        name: String, stackBytes: Int = 0, blocking signals: SignalSet = .all, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let box = unsafe Unmanaged.passRetained(Box(body))
        let result = unsafe clinux_thread_start(
            { unsafe Unmanaged<Box>.fromOpaque($0!).takeRetainedValue().body() },
            box.toOpaque(), stackBytes, name, signals.mask)
        if result < 0 { unsafe box.release() }
        try SystemCall.pthread_create.check(result)
    }

    /// Like the other `start`, but without allocations by Swift, which cannot be checked: the function's context is memory of the caller,
    /// which the function takes over. If the system has no thread, or no memory for one, the caller keeps it.
    public static func start(
        name: String, stackBytes: Int = 0, blocking signals: SignalSet = .all, with memory: UnsafeMutableRawPointer,
        _ body: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void
    ) throws(SystemError) {
        try SystemCall.pthread_create.check(
            unsafe clinux_thread_start(body, memory, stackBytes, name, signals.mask))
    }

    private final class Box: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Makes the calling thread's sleeps as exact as the kernel can. prctl(2), PR_SET_TIMERSLACK.
    public static func wakeOnTime() { clinux_wake_on_time() }

    /// Gives the calling thread its own descriptor table, a copy of the descriptors below `end`. At every call on a descriptor, the kernel
    /// counts its users with atomic additions, unless the table belongs to one thread. If all other threads do this, the main thread has
    /// the table to itself. On an old kernel nothing changes. close_range(2), Linux 5.9.
    public static func ownDescriptors(below end: Int32) { clinux_own_descriptors(end) }

    /// The calling thread's id. gettid(2).
    public static var current: Int32 { clinux_thread_id() }

    /// Lets `Signal.kick` interrupt blocking calls, of the calling thread too: they return `interrupted` then. sigaction(2).
    public static func installKick() throws(SystemError) {
        try SystemCall.sigaction.check(clinux_install_interruption(Signal.kick.rawValue))
    }

    /// Interrupts a thread's blocking call, if it is in one; a thread that has ended is not an error. tgkill(2).
    public static func kick(_ thread: Int32) { _ = clinux_interrupt_thread(thread, Signal.kick.rawValue) }
}

extension Thread {
    /// Sleeps for the whole duration, signals or not. nanosleep(2).
    public static func sleep(for duration: Duration) {
        let nanoseconds = duration.nanoseconds
        var rest = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        var left = timespec()
        while unsafe nanosleep(&rest, &left) != 0, errno == EINTR { rest = left }
    }

    /// Keeps the calling thread busy until it has used this much processor time. clock_gettime(2).
    public static func burn(_ duration: Duration) {
        let end = processorTime + duration
        while processorTime < end {}
    }

    /// Processor time that the calling thread has used. clock_gettime(2), CLOCK_THREAD_CPUTIME_ID.
    public static var processorTime: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .nanoseconds(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// How long the calling thread was ready to run but had no processor; zero if the kernel does not count that
    /// (/proc/thread-self/schedstat).
    public static var waitTime: Duration {
        let fields = (SystemFile.text(at: "/proc/thread-self/schedstat") ?? "").split(separator: " ")
        return .nanoseconds(fields.count > 1 ? Int64(fields[1]) ?? 0 : 0)
    }
}

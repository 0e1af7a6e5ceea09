// Lines for a reader that may be slow, or gone.
public import LinuxIO

/// A bounded queue of lines in front of a stream, written by its own thread.
///
/// Adding a line never waits for the reader: if the queue is full, or the reader has gone, lines are dropped and counted. Lines that a
/// full disk does not take are counted too; the next line tries again, and reports how many were lost.
public final class LineQueue: Sendable {
    /// How many bytes may wait.
    public static let capacity = 128 << 10

    private struct State {
        var waiting: [UInt8] = []
        var dropped: UInt64 = 0
        /// The writer has taken bytes and not yet written them.
        var isWriting = false
        /// The writer's thread exists; `start()` or the first line starts it.
        var isStarted = false
        /// The reader has gone.
        var isBroken = false
        var isClosed = false
        /// Lines that the stream did not take, and whose loss is not yet reported there.
        var owed: LineWriter.Loss?
        /// The writer has to try to report the loss, even if no line comes.
        var mustTryAgain = false
    }

    private let monitor = Monitor(State())
    private let stream: OutputStream

    /// Allocates all the memory that it will ever need: adding a line needs none.
    public init(_ stream: OutputStream) {
        self.stream = stream
        monitor.withLock { $0.waiting.reserveCapacity(Self.capacity) }
    }

    deinit { close() }

    /// Adds text that ends in a newline; `lines` is how many are lost if it is dropped. Any thread; never blocks on the
    /// reader.
    public func add(_ text: String, lines: UInt64 = 1) {
        let mustWake = monitor.withLock { state in
            guard !state.isBroken, !state.isClosed, state.waiting.count + text.utf8.count <= Self.capacity else {
                state.dropped += lines
                return false
            }
            state.waiting.append(contentsOf: text.utf8)
            if !state.isStarted { startWriter(&state) }
            return !state.isWriting
        }
        if mustWake { monitor.wakeAll() }
    }

    /// Starts the writer's thread now. With the first line there may be no memory for a thread.
    public func start() {
        monitor.withLock { if !$0.isStarted { startWriter(&$0) } }
    }

    /// As long as the system has no thread for it, lines are dropped.
    private func startWriter(_ state: inout State) {
        let stream = stream
        let monitor = monitor
        let name = stream == .standardOutput ? "eco-stdout" : "eco-stderr"
        do {
            try Thread.start(name: name, stackBytes: 128 << 10) { Self.write(to: stream, monitor) }
            state.isStarted = true
        } catch {
            // The next line tries again.
            state.dropped += UInt64(state.waiting.count { $0 == UInt8(ascii: "\n") })
            state.waiting.removeAll(keepingCapacity: true)
        }
    }

    /// Lines that the stream did not take, until it has taken the line that reports them.
    public var owed: LineWriter.Loss? { monitor.withLock { $0.owed } }

    /// Counts lines as dropped for which there was no memory.
    func drop(lines: UInt64) { monitor.withLock { $0.dropped += lines } }

    /// How many lines were dropped.
    public var dropped: UInt64 { monitor.withLock { $0.dropped } }

    /// Waits until everything is written or the reader has gone, at most this long. What the stream refused before is tried once more.
    /// Returns whether nothing is left.
    @discardableResult
    public func flush(within duration: Duration) -> Bool {
        monitor.withLock { $0.mustTryAgain = $0.owed != nil }
        monitor.wakeAll()
        return monitor.wait(until: .now + duration) { state in
            state.isBroken || (state.waiting.isEmpty && !state.isWriting && !state.mustTryAgain)
        }
    }

    /// Ends the writer after it has written what waits.
    public func close() {
        monitor.withLock { $0.isClosed = true }
        monitor.wakeAll()
    }

    private static func write(to stream: OutputStream, _ monitor: Monitor<State>) {
        stream.takeOwnDescriptorTable()
        var writer = LineWriter(stream)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.capacity)
        while true {
            let isOver = monitor.withLock(when: { !$0.waiting.isEmpty || $0.mustTryAgain || $0.isClosed }) { state in
                swap(&bytes, &state.waiting)
                state.isWriting = !bytes.isEmpty || state.mustTryAgain
                state.mustTryAgain = false
                return !state.isWriting
            }
            if isOver { return }
            let lostBefore = writer.lost
            writer.write(bytes)
            bytes.removeAll(keepingCapacity: true)
            monitor.withLock { state in
                state.isWriting = false
                state.owed = writer.owed
                state.dropped += writer.lost - lostBefore
                guard writer.readerHasGone else { return }
                state.isBroken = true
                state.dropped += UInt64(state.waiting.count { $0 == UInt8(ascii: "\n") })
                state.waiting.removeAll(keepingCapacity: true)
            }
            monitor.wakeAll()
        }
    }
}

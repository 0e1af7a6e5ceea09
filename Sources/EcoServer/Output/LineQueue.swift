// Lines on their way to a reader who may be slow, or gone.
public import LinuxIO

/// A bounded queue of lines in front of a stream, written by a thread of its own.
///
/// Whoever adds lines never waits for the reader: when the queue is full, or the reader has gone, lines are dropped and
/// counted.
public final class LineQueue: Sendable {
    /// How many bytes may wait.
    public static let capacity = 128 << 10

    private struct State {
        var waiting: [UInt8] = []
        var dropped: UInt64 = 0
        /// The writer is between taking bytes and having written them.
        var isWriting = false
        /// The writer's thread exists; the first line starts it.
        var isStarted = false
        /// The reader has gone.
        var isBroken = false
        var isClosed = false
    }

    private let monitor = Monitor(State())
    private let stream: OutputStream

    public init(_ stream: OutputStream) { self.stream = stream }

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

    /// A server that says nothing has no thread for it. As long as the system gives none, lines are dropped.
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
            state.waiting.removeAll()
        }
    }

    /// How many lines were dropped.
    public var dropped: UInt64 { monitor.withLock { $0.dropped } }

    /// Waits until all is written or the reader has gone, at most so long. Says whether nothing is left.
    @discardableResult
    public func flush(within duration: Duration) -> Bool {
        monitor.wait(until: .now + duration) { ($0.waiting.isEmpty && !$0.isWriting) || $0.isBroken }
    }

    /// Ends the writer, once it has written what waits.
    public func close() {
        monitor.withLock { $0.isClosed = true }
        monitor.wakeAll()
    }

    private static func write(to stream: OutputStream, _ monitor: Monitor<State>) {
        var bytes: [UInt8] = []
        while true {
            let isOver = monitor.withLock(when: { !$0.waiting.isEmpty || $0.isClosed }) { state in
                swap(&bytes, &state.waiting)
                state.isWriting = !bytes.isEmpty
                return bytes.isEmpty
            }
            if isOver { return }
            // SAFETY: the array's own bytes.
            let isWritten = unsafe bytes.withUnsafeBytes { unsafe stream.writeAll($0) }
            let lost = isWritten ? 0 : UInt64(bytes.count { $0 == UInt8(ascii: "\n") })
            bytes.removeAll(keepingCapacity: true)
            monitor.withLock { state in
                state.isWriting = false
                guard !isWritten else { return }
                state.isBroken = true
                state.dropped += lost + UInt64(state.waiting.count { $0 == UInt8(ascii: "\n") })
                state.waiting.removeAll()
            }
            monitor.wakeAll()
        }
    }
}

// A way to answer the sender of a signal.
internal import CLinux
internal import Glibc

/// A datagram socket, named by the process id, in which a process receives the answer of another one. The requester opens it and sends a
/// signal; the other process learns from the signal who sent it. unix(7).
///
/// A mailbox works within this machine and this network namespace; any process may send to it.
public struct Mailbox: ~Copyable, Sendable {
    /// The longest message.
    private static let capacity = 64 << 10

    private let descriptor: Descriptor

    /// The calling process's own mailbox, to receive.
    ///
    /// - Throws: EADDRINUSE if another part of the process has it.
    public init() throws(SystemError) {
        descriptor = Descriptor(owning: try SystemCall.socket.check(clinux_mailbox(getpid())))
    }

    /// Waits for a message; nil if none comes in time. Blocks.
    public func receive(within duration: Duration) -> String? {
        let end = Instant.now + duration
        var bytes = [UInt8](repeating: 0, count: Self.capacity)
        while true {
            let left = end - .now
            guard left > .zero, Poll.isReadable(descriptor.number, timeout: left) else { return nil }
            // SAFETY: the array has room for this many.
            let count = unsafe clinux_recv(descriptor.number, &bytes, bytes.count, 0)
            if count > 0 { return String(decoding: bytes[..<count], as: UTF8.self) }
        }
    }

    /// Sends to mailboxes of others.
    public struct Sender: ~Copyable, Sendable {
        private let descriptor: Descriptor

        /// Opened before it is needed: a request may come just when no descriptor is left.
        public init() throws(SystemError) {
            descriptor = Descriptor(owning: try SystemCall.socket.check(clinux_mailbox(0)))
        }

        /// Puts a message into a process's mailbox, and returns whether it has one with room. Never blocks.
        public func send(_ message: String, to process: Int32) -> Bool {
            var message = message
            // SAFETY: the text's own bytes.
            return message.withUTF8 { unsafe clinux_post(descriptor.number, process, $0.baseAddress, $0.count) } > 0
        }
    }
}

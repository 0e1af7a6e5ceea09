// A way back to who has sent a signal.
internal import CLinux
internal import Glibc

/// Where a process receives what it has asked another for: a datagram socket with a name that follows from the process's number.
/// Who asks opens one and sends a signal; who is asked learns from the signal whose it was. unix(7).
///
/// A mailbox is of this machine, and of this network namespace; any process may put something into it.
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

    /// Waits for a message; nil if none came in time. Blocks.
    public func receive(within duration: Duration) -> String? {
        let end = Instant.now + duration
        var bytes = [UInt8](repeating: 0, count: Self.capacity)
        while true {
            let left = end - .now
            guard left > .zero, Poll.isReadable(descriptor.number, timeout: left) else { return nil }
            // SAFETY: the array has room for so many.
            let count = unsafe clinux_recv(descriptor.number, &bytes, bytes.count, 0)
            if count > 0 { return String(decoding: bytes[..<count], as: UTF8.self) }
        }
    }

    /// Sends to mailboxes of others.
    public struct Sender: ~Copyable, Sendable {
        private let descriptor: Descriptor

        /// Opened before it is needed: a process that asks may do so because no descriptor is left.
        public init() throws(SystemError) {
            descriptor = Descriptor(owning: try SystemCall.socket.check(clinux_mailbox(0)))
        }

        /// Puts a message into a process's mailbox, and says whether it has one with room. Never blocks.
        public func send(_ message: String, to process: Int32) -> Bool {
            var message = message
            // SAFETY: the text's own bytes.
            return message.withUTF8 { unsafe clinux_post(descriptor.number, process, $0.baseAddress, $0.count) } > 0
        }
    }
}

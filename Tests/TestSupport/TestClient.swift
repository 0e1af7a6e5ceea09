// A client of the server: a plain blocking socket whose waits always end.
import Glibc
import LinuxIO
import Synchronization

/// A connected client. Closed with the object, or before.
public final class TestClient: Sendable {
    /// What a client has read, and why no more came.
    public struct Transcript: Equatable, Sendable {
        public enum End: Equatable, Sendable {
            case endOfStream
            case reset
            case timedOut
        }

        public var bytes: [UInt8]
        public var end: End

        public init(bytes: [UInt8], end: End) {
            self.bytes = bytes
            self.end = end
        }

        public var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    private let descriptor: Atomic<Int32>
    /// The client's own port; 0 over a Unix socket.
    public let port: UInt16

    /// The socket's number; -1 once it is closed.
    public var number: Int32 { descriptor.load(ordering: .relaxed) }

    /// Connects. Waits at most `seconds`, which also bound every later wait.
    ///
    /// - Parameters:
    ///   - source: the address to come from, as a number: 127.0.0.5 is 0x7F00_0005.
    ///   - receiveBuffer: SO_RCVBUF; a small one is full soon.
    public init(
        _ address: SocketAddress, from source: UInt32? = nil, receiveBuffer: Int32? = nil, seconds: Int = 20
    ) throws {
        let socket = try ClientSocket(address.socketFamily)
        let number = socket.number
        // It blocks, for so long at most.
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) & ~O_NONBLOCK)
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let length = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &time, length)
        unsafe setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &time, length)
        Socket.setBuffers(number, receiving: receiveBuffer)
        if address.port != 0 { Socket.sendWithoutDelay(number) }
        if let source { try socket.comeFrom(.ipv4(source, port: 0)) }
        let outcome = socket.connect(to: address)
        guard outcome == .connected else { throw TestFailure("cannot connect to \(address): \(outcome)") }
        port = Socket.localPort(number) ?? 0
        descriptor = Atomic(socket.release())
    }

    deinit { close() }

    // MARK: - Sending

    public func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Sends all bytes; waits while the kernel has no room.
    public func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                // SAFETY: `sent` is below the array's length.
                unsafe Glibc.send(
                    number, buffer.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw TestFailure("sent \(sent) of \(bytes.count) bytes: errno \(errno)") }
            sent += count
        }
    }

    /// Sends what the kernel takes at once, and says how much that was; nil if the connection is broken.
    public func sendNow(_ bytes: [UInt8]) -> Int? {
        let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(number, $0.baseAddress, $0.count, flags) }
        return count >= 0 ? count : errno == EAGAIN || errno == EINTR ? 0 : nil
    }

    /// Sends an urgent byte, which is not part of the stream.
    public func sendUrgent() throws {
        var byte = UInt8(ascii: "!")
        guard unsafe Glibc.send(number, &byte, 1, Int32(MSG_NOSIGNAL | MSG_OOB)) == 1 else {
            throw TestFailure("sent no urgent byte: errno \(errno)")
        }
    }

    /// Ends the sending side; answers still come.
    public func halfClose() { shutdown(number, Int32(SHUT_WR)) }

    public func close() {
        let number = descriptor.exchange(-1, ordering: .relaxed)
        if number >= 0 { Descriptor.close(number) }
    }

    /// Closes with a reset, as if the program had been torn away.
    public func reset() {
        Socket.resetOnClose(number)
        close()
    }

    // MARK: - Receiving

    /// Reads up to this many bytes, as soon as there are any.
    public func read(upTo limit: Int, flags: Int32 = 0) -> Transcript {
        var bytes = [UInt8](repeating: 0, count: limit)
        while true {
            let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(number, $0.baseAddress, limit, flags) }
            if count > 0 { return Transcript(bytes: Array(bytes[..<count]), end: .timedOut) }
            if count == 0 { return Transcript(bytes: [], end: .endOfStream) }
            if errno == EINTR { continue }
            return Transcript(bytes: [], end: errno == EAGAIN ? .timedOut : .reset)
        }
    }

    /// What has come already, without waiting.
    public func readNow(upTo limit: Int = 64 << 10) -> Transcript {
        read(upTo: limit, flags: Int32(MSG_DONTWAIT))
    }

    /// Reads exactly this many bytes.
    public func read(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let next = read(upTo: min(count - bytes.count, 64 << 10))
            guard !next.bytes.isEmpty else { throw TestFailure("\(bytes.count) of \(count) bytes, then \(next.end)") }
            bytes += next.bytes
        }
        return bytes
    }

    /// Reads a line; its newline is not returned.
    public func readLine() throws -> String {
        var line: [UInt8] = []
        while true {
            // What follows the line stays in the kernel's queue, for the next reader.
            let seen = read(upTo: 4096, flags: Int32(MSG_PEEK))
            guard !seen.bytes.isEmpty else {
                throw TestFailure("\"\(String(decoding: line, as: UTF8.self))\", then \(seen.end)")
            }
            let newline = seen.bytes.firstIndex(of: UInt8(ascii: "\n"))
            line += try read(newline.map { $0 + 1 } ?? seen.bytes.count)
            if newline != nil { return String(decoding: line.dropLast(), as: UTF8.self) }
        }
    }

    /// Reads until the stream ends.
    public func readToEnd() -> Transcript {
        var all: [UInt8] = []
        while true {
            let next = read(upTo: 64 << 10)
            if next.bytes.isEmpty { return Transcript(bytes: all, end: next.end) }
            all += next.bytes
        }
    }

    /// Sends a text and returns as many bytes as the answer to it has.
    public func ask(_ text: String, answerCount: Int? = nil) throws -> String {
        try send(text)
        return String(decoding: try read(answerCount ?? text.uppercased().utf8.count), as: UTF8.self)
    }
}

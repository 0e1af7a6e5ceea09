// Three hostile clients.
import LinuxIO

/// One client that sends and never reads, one that sends one byte per second, and one that sends as fast as it can and reads everything.
enum Troublemakers {
    /// Plays the three. Blocks the calling thread, which from now on runs only when its processor has nothing else to do, so that it does
    /// not delay the polite clients' generator. How the server treats the three is up to the server.
    static func misbehave(_ target: SocketAddress, seconds: Double) {
        // This rarely fails. If it does, the three take more than their share of the processor.
        try? Thread.runWhenIdle()
        let end = Instant.now + .milliseconds(Int(seconds * 1000))
        // A server that accepts none of them is left alone.
        guard var deaf = Neighbour(target), var dripper = Neighbour(target), var flooder = Neighbour(target) else {
            return
        }
        let text = [UInt8](String(repeating: "a loud neighbour says this again and again\n", count: 1500).utf8)
        var space = [UInt8](repeating: 0, count: 256 << 10)
        var nextDrip = Instant.now
        while .now < end {
            var entries = [deaf.entry(wantsRead: false), flooder.entry(wantsRead: true)]
            Poll.wait(&entries, timeout: .milliseconds(100))
            if entries[0].isWritable { deaf.send(text) }
            if entries[1].isReadable { flooder.receive(into: &space) }
            if entries[1].isWritable { flooder.send(text) }
            if .now >= nextDrip {
                dripper.send([UInt8(ascii: "x")])
                nextDrip = nextDrip + .seconds(1)
            }
        }
    }
}

/// A connection whose fate does not matter.
private struct Neighbour: ~Copyable {
    private let socket: ClientSocket
    private var isGone = false

    /// Nil if there is no connection.
    init?(_ target: SocketAddress) {
        // Without a socket this client does not exist.
        guard let socket = try? ClientSocket(target.socketFamily) else { return nil }
        if case .failed = socket.connect(to: target) { return nil }
        Socket.sendWithoutDelay(socket.number)
        self.socket = socket
    }

    /// The descriptor to wait for; negative once the connection is gone, since poll(2) ignores negative descriptors.
    func entry(wantsRead: Bool) -> Poll.Entry {
        Poll.Entry(isGone ? -1 : socket.number, wantsRead: wantsRead, wantsWrite: true)
    }

    /// Sends as much as the kernel takes. It may cut a text anywhere.
    mutating func send(_ text: [UInt8]) {
        guard !isGone else { return }
        // SAFETY: the array's own bytes.
        switch unsafe text.withUnsafeBytes({ unsafe Socket.send(socket.number, $0) }) {
        case .bytes, .wouldBlock, .interrupted: break
        default: isGone = true
        }
    }

    mutating func receive(into space: inout [UInt8]) {
        guard !isGone else { return }
        // SAFETY: the array's own memory.
        switch unsafe space.withUnsafeMutableBytes({ unsafe Socket.receive(socket.number, into: $0) }) {
        case .bytes, .wouldBlock, .interrupted: break
        default: isGone = true
        }
    }
}

// A client of the server under test.
import LinuxIO
import Support
import SystemPackage

/// One connection: what is to be sent, what has come, and how it ended. Bytes move when it sends, and in `Bench.wait`.
final class Peer {
    /// Why no more comes.
    enum Ending: Equatable { case endOfStream, reset }

    private var descriptor: Int32
    /// Whether the connection is established.
    private(set) var isConnected = false
    private(set) var isRefused = false
    private(set) var ending: Ending?

    private var outgoing: [UInt8] = []
    private var outgoingOffset = 0
    /// How many bytes the kernel has taken so far.
    private(set) var sentBytes = 0
    /// Whether the kernel reports that the other side takes nothing more.
    private(set) var isBroken = false
    private var endsSending = false

    /// What has come and was not consumed yet.
    private(set) var incoming: [UInt8] = []
    /// Whether incoming bytes are read and kept.
    var isReading = true
    var isKeeping = true
    /// More than any case expects, so that a server that sends without end is not read without end.
    private static let mostKept = 32 << 20
    private(set) var receivedBytes = 0

    /// The steps for the report of a wrong answer: those since the last right answer, and a few before.
    private var steps: [Finding.Step] = []
    /// How many of the steps had a right answer.
    private var settled = 0
    private static let stepsBefore = 3
    /// Whether its greeting has come.
    private(set) var isGreeted = false
    /// Whether its greeting comes before the first answer.
    var isOwedGreeting = false
    /// The number in the greeting, if it has one.
    private(set) var clientNumber: UInt64?

    private let memory: TextMemory
    /// Its number in the memory.
    let id: Int

    /// Takes ownership of a connecting socket.
    init(connecting socket: consuming ClientSocket, isConnected: Bool, _ memory: TextMemory) {
        descriptor = socket.release()
        self.isConnected = isConnected
        self.memory = memory
        id = memory.nextClient()
        Socket.sendWithoutDelay(descriptor)
    }

    deinit { close() }

    var isClosed: Bool { descriptor < 0 }
    var isOver: Bool { isClosed || ending != nil || isRefused }
    var hasSentAll: Bool { outgoingOffset == outgoing.count }

    // MARK: - What a case does

    /// Sends the bytes, as soon as the kernel takes them.
    func say(_ bytes: [UInt8]) {
        steps.append(.sent(bytes))
        memory.note(bytes, of: id)
        outgoing.append(contentsOf: bytes)
        move(isReadable: false, isWritable: true)
    }

    func say(_ text: String) { say(Array(text.utf8)) }

    /// Sends more of the same without end; not shown in a report.
    func flood(_ bytes: [UInt8]) { if hasSentAll { outgoing.append(contentsOf: bytes) } }

    /// Ends the sending side, once all is sent.
    func endSending() {
        steps.append(.endedSending)
        endsSending = true
        move(isReadable: false, isWritable: true)
    }

    func close() {
        if descriptor >= 0 { Descriptor.close(descriptor) }
        descriptor = -1
    }

    /// Closes with a reset, as if the program had been killed.
    func reset() {
        steps.append(.reset)
        Socket.resetOnClose(descriptor)
        close()
    }

    /// The port that the server sees; nil if that is not known.
    var port: UInt16? { isClosed ? nil : Socket.localPort(descriptor) }

    /// Sets small kernel buffers, so that unread bytes are noticed soon.
    func useSmallBuffers() { Socket.setBuffers(descriptor, sending: 32 << 10, receiving: 4 << 10) }

    // MARK: - What has come

    /// Consumes this many of the bytes that have come.
    func take(_ count: Int) -> [UInt8] {
        defer { incoming.removeFirst(count) }
        return Array(incoming.prefix(count))
    }

    /// Notes that what was sent got the right answer.
    func settle() {
        settled = steps.count
        if settled > 2 * Self.stepsBefore {
            steps.removeFirst(settled - Self.stepsBefore)
            settled = Self.stepsBefore
        }
    }

    /// Notes that the greeting has come.
    func noteGreeting(_ bytes: [UInt8]) {
        isGreeted = true
        clientNumber = GreetingShape.number(in: bytes)
        settle()
    }

    func finding(_ expected: Finding.Expected, note: Text? = nil) -> Finding {
        let ending: Finding.Ending =
            switch ending {
            case _ where isRefused: .refused
            case .endOfStream: .endOfStream
            case .reset: .reset
            case nil: .open
            }
        let shown = Array(steps.dropFirst(max(0, settled - Self.stepsBefore)))
        return Finding(steps: shown, expected: expected, got: incoming, ending: ending, note: note, client: id)
    }

    // MARK: - Moving bytes

    /// What the connection waits for; nil if it waits for nothing.
    var entry: Poll.Entry? {
        guard !isOver else { return nil }
        let wantsWrite = !isConnected || !hasSentAll && !isBroken
        let wantsRead = isConnected && isReading && incoming.count < Self.mostKept
        guard wantsRead || wantsWrite || !isConnected else { return nil }
        return Poll.Entry(descriptor, wantsRead: wantsRead, wantsWrite: wantsWrite)
    }

    /// Reads and sends once what is possible; returns whether anything moved.
    @discardableResult
    func move(isReadable: Bool, isWritable: Bool) -> Bool {
        guard !isClosed, !isRefused else { return false }
        if !isConnected {
            guard isReadable || isWritable else { return false }
            isRefused = Socket.connectionError(descriptor) != nil
            isConnected = !isRefused
            return true
        }
        var hasMoved = false
        if isWritable { hasMoved = send() }
        if isReadable, isReading, ending == nil { hasMoved = receive() || hasMoved }
        return hasMoved
    }

    private func send() -> Bool {
        var hasMoved = false
        if !hasSentAll, !isBroken {
            let offset = outgoingOffset
            // SAFETY: the array's own bytes, and `offset` is below their number.
            let outcome = unsafe outgoing.withUnsafeBytes { bytes in
                unsafe Socket.send(descriptor, UnsafeRawBufferPointer(rebasing: bytes[offset...]))
            }
            switch outcome {
            case .bytes(let count):
                outgoingOffset += count
                sentBytes += count
                hasMoved = true
            case .failed: isBroken = true
            case .wouldBlock, .interrupted: break
            }
            if hasSentAll {
                outgoing.removeAll(keepingCapacity: true)
                outgoingOffset = 0
            }
        }
        if endsSending, hasSentAll {
            endsSending = false
            Socket.endSending(descriptor)
            hasMoved = true
        }
        return hasMoved
    }

    private func receive() -> Bool {
        // SAFETY: the buffer is used within the function, as far as bytes were read into it.
        let outcome = unsafe withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            let outcome = unsafe Socket.receive(descriptor, into: buffer)
            if case .bytes(let count) = outcome, isKeeping { unsafe incoming.append(contentsOf: buffer[..<count]) }
            return outcome
        }
        switch outcome {
        case .bytes(let count):
            receivedBytes += count
            // A server that sends byte by byte, without TCP_NODELAY, waits for each to be acknowledged.
            Socket.acknowledgeAtOnce(descriptor)
        case .endOfStream: ending = .endOfStream
        case .failed: ending = .reset
        case .wouldBlock, .interrupted: return false
        }
        return true
    }
}

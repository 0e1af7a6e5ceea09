// The lesson's `atende_cliente`: one client from its greeting to its end, on a socket that blocks.
internal import EcoProtocol
internal import LinuxIO

/// A conversation with one client, held by a thread that has nothing else to do.
struct Conversation: ~Copyable {
    /// Many threads may converse at the same time: a read is smaller than the reactor's, which has one for all.
    private static let readCapacity = 16 << 10
    private static let lingerTime = Duration.milliseconds(1900)
    private static let lingerBytes = 1 << 20

    private let desk: LessonDesk
    private let socket: Descriptor
    private let memory = AnswerMemory(readCapacity: Self.readCapacity)
    private var session = Session()
    /// The bytes still to be answered when the server leaves; nil while it does not.
    private var left: Int?

    init(_ desk: LessonDesk, _ socket: consuming Descriptor) {
        self.desk = desk
        self.socket = socket
    }

    /// Serves the client until one side ends. Blocks.
    mutating func serve(client number: UInt64) -> Ending {
        guard unsafe sendAll(memory.write(.greeting(client: number))) else { return broken }
        while true {
            guard let count = receive() else { return broken }
            if count == 0 { return finish() }
            let answer = session.answer(
                in: memory.space, count: count, invalidBytes: desk.service.configuration.invalidBytes)
            desk.count(bytesIn: count, answer)
            desk.service.configuration.work.perform(texts: answer.texts)
            guard unsafe sendAll(memory.space[answer.bytes]) else { return broken }
            switch answer.verdict {
            case .goOn: continue
            case .goodbye: return linger(.goodbye)
            case .invalid: return linger(.invalidText)
            }
        }
    }

    /// Tells the client why it is not served. Blocks while it lingers.
    func refuse(_ line: ServerLine) {
        if unsafe sendAll(memory.write(line)) { _ = linger(.drained) }
    }

    /// Tells the client why it is not served, and leaves it. Never blocks: a fresh socket has room for a line.
    func turnAway(_ line: ServerLine) {
        if unsafe sendAll(memory.write(line)) { Socket.endSending(socket.number) }
    }

    /// Reads once: the bytes' count; 0 at the end, the client's or the server's; nil if the connection is broken.
    private mutating func receive() -> Int? {
        while true {
            if left == nil, desk.phase != .serving { left = Socket.queuedBytes(socket.number) }
            if left == 0 || desk.phase == .over { return 0 }
            let input = unsafe memory.space.input.prefix(left ?? Self.readCapacity)
            switch unsafe Socket.receive(socket.number, into: .init(rebasing: input)) {
            case .bytes(let count):
                left? -= count
                return count
            case .endOfStream:
                left = nil
                return 0
            case .interrupted: continue
            case .wouldBlock: rest()
            case .failed: return nil
            }
        }
    }

    /// Answers what is held, and ends.
    private mutating func finish() -> Ending {
        let isDrained = left != nil
        // When it is the server that ends, a cut character is not the client's fault: it goes back unchanged.
        let policy = isDrained ? .keep : desk.service.configuration.invalidBytes
        let answer = session.finish(in: memory.space, invalidBytes: policy)
        desk.count(answer)
        guard unsafe sendAll(memory.space[answer.bytes]) else { return broken }
        if answer.verdict == .invalid { return linger(.invalidText) }
        return isDrained ? linger(.drained) : .endOfStream
    }

    /// Sends all bytes; false if the connection is broken, or time is over.
    ///
    /// They are counted before: a client that has received them finds them counted.
    private func sendAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var sent = 0
        desk.count(bytesOut: bytes.count)
        defer { desk.count(bytesOut: sent - bytes.count) }
        while sent < bytes.count {
            switch unsafe Socket.send(socket.number, .init(rebasing: bytes[sent...])) {
            case .bytes(let count): sent += count
            case .interrupted: if desk.phase == .over { return false }
            case .wouldBlock:
                if desk.phase == .over { return false }
                rest()
            case .failed: return false
            }
        }
        return true
    }

    /// A socket that blocks says that it would only when the kernel has no memory: there is no event to wait for.
    private func rest() { Thread.sleep(for: .milliseconds(1)) }

    private var broken: Ending { desk.phase == .over ? .cut : .broken }

    /// Ends the sending side and reads on until the client ends its own, for a while: closing with unread bytes would send a
    /// reset, which destroys the answers that are still on their way.
    private func linger(_ ending: Ending) -> Ending {
        guard Socket.endSending(socket.number) else { return ending }
        let deadline = Instant.now + Self.lingerTime
        var dropped = 0
        while dropped < Self.lingerBytes, .now < deadline, desk.phase != .over {
            guard case .ready = Poll.readable([socket.number], timeout: deadline - .now) else { continue }
            switch unsafe Socket.receive(socket.number, into: memory.space.input) {
            case .bytes(let count): dropped += count
            case .interrupted, .wouldBlock: continue
            case .endOfStream, .failed: return ending
            }
        }
        return ending
    }
}

// The lesson's `atende_cliente`: one client from its greeting to its end, on a blocking socket.
internal import EcoProtocol
internal import LinuxIO

/// A conversation with one client, on a thread that does nothing else.
struct Conversation: ~Copyable {
    /// The purpose of a conversation.
    enum Purpose {
        /// The client with this ticket is served.
        case service(Admission.Ticket)
        /// The client is told why it is not served.
        case refusal(ServerLine)
    }

    /// Many threads may converse at the same time, so a read is smaller than the reactor's, which has memory for only one.
    static let readCapacity = 16 << 10
    /// How often a thread checks its send queue: no event reports acknowledgements.
    private static let lookInterval = Duration.milliseconds(100)

    let desk: LessonDesk
    private let socket: Descriptor
    private let memory: AnswerMemory
    private let purpose: Purpose
    private var session = Session()
    /// The bytes still to be answered when the server leaves; nil while it does not.
    private var left: Int?
    /// While the server leaves: the read passed an urgent byte, and FIONREAD does not count what follows such a byte.
    private var isPastUrgentMark = false

    init(
        _ desk: LessonDesk, _ socket: consuming Descriptor, _ memory: consuming AnswerMemory, _ purpose: Purpose
    ) {
        self.desk = desk
        self.socket = socket
        self.memory = memory
        self.purpose = purpose
    }

    /// Holds the whole conversation, and counts the client out. Then the memory is free for the next one. Blocks.
    @discardableResult
    consuming func hold() -> AnswerMemory {
        desk.service.counters.add(memory.page)
        switch purpose {
        case .service(let ticket): desk.dismiss(ticket, serve(client: ticket.number))
        case .refusal(let line):
            refuse(line)
            desk.dismissRefused()
        }
        desk.service.counters.retire(memory.page)
        return memory
    }

    /// Serves the client until one side ends.
    private mutating func serve(client number: UInt64) -> Ending {
        guard unsafe sendAll(memory.write(.greeting(client: number))) else { return broken }
        while true {
            guard let count = receive() else { return broken }
            if count == 0 { return finish() }
            let answer = session.answer(
                in: memory.space, count: count, invalidBytes: desk.service.configuration.invalidBytes)
            memory.page.add(UInt64(count), to: .bytesIn)
            memory.page.count(answer)
            desk.service.configuration.work.perform(texts: answer.texts)
            guard unsafe sendAll(memory.space[answer.bytes]) else { return broken }
            if let ending = Ending(answer.verdict) { return linger(ending) }
        }
    }

    /// Tells the client why it is not served, and lingers: from the line on, so that the time of refusals is bounded.
    private func refuse(_ line: ServerLine) {
        if unsafe sendAll(memory.write(line)), Socket.endSending(socket.number) { discardInput() }
    }

    /// Reads once: returns the number of bytes; 0 at the end, the client's or the server's; nil if the connection is broken.
    private mutating func receive() -> Int? {
        while true {
            if left == nil, desk.phase != .serving { left = Socket.queuedBytes(socket.number) }
            let skipsUrgentByte = left == 0 && !isPastUrgentMark && Socket.isAtUrgentMark(socket.number)
            if skipsUrgentByte { isPastUrgentMark = true }
            if (left == 0 && !skipsUrgentByte) || desk.phase == .over { return 0 }
            let most = skipsUrgentByte ? Self.readCapacity : left ?? Self.readCapacity
            switch unsafe Socket.receive(socket.number, into: .init(rebasing: memory.space.input.prefix(most))) {
            case .bytes(let count):
                left = skipsUrgentByte ? Socket.queuedBytes(socket.number) : left.map { $0 - count }
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
        let ending = left == nil ? Ending.endOfStream : .drained
        let answer = session.finish(
            in: memory.space, invalidBytes: ending.policy(desk.service.configuration.invalidBytes))
        memory.page.count(answer)
        guard unsafe sendAll(memory.space[answer.bytes]) else { return broken }
        if let ending = Ending(answer.verdict) { return linger(ending) }
        // No input is left that could cause a reset: the kernel delivers the rest by itself. Only a server that leaves waits for that.
        return ending == .endOfStream && desk.phase == .serving ? ending : linger(ending)
    }

    /// Sends all bytes; false if the connection is broken, or the time is over.
    ///
    /// They are counted before they are sent: when a client has received them, they are counted.
    private func sendAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var sent = 0
        memory.page.add(UInt64(bytes.count), to: .bytesOut)
        defer { memory.page.take(UInt64(bytes.count - sent), from: .bytesOut) }
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

    /// A blocking socket reports EAGAIN only if the kernel has no memory, and no event tells when it has some.
    private func rest() { Thread.sleep(for: .milliseconds(1)) }

    private var broken: Ending { desk.phase == .over ? .cut : .broken }

    // MARK: - Ending

    /// Ends the sending side and reads until the client ends its own, for a limited time: closing with unread bytes would send a reset,
    /// which destroys answers that are still in flight.
    private func linger(_ ending: Ending) -> Ending {
        if lingerOn() == .timedOut { desk.noteLoss() }
        return ending
    }

    /// The outcome of delivering the last answers.
    private enum Delivery {
        /// The client has acknowledged everything, or the server's time is over.
        case acknowledged
        /// The client has gone, or has ended its side: then the kernel delivers the rest by itself.
        case ended
        case timedOut
    }

    /// The time of lingering begins when the client has acknowledged all of its answers.
    private func lingerOn() -> Delivery {
        guard Socket.endSending(socket.number) else { return .ended }
        let delivery = deliver()
        if delivery == .acknowledged { discardInput() }
        return delivery
    }

    /// Discards what the client sends until it ends its side, within the bounds of lingering.
    private func discardInput() {
        var time = AttendedTime(Lingering.time)
        var dropped = 0
        while !time.isOver, dropped < Lingering.bytes, desk.phase != .over {
            guard case .bytes(let count) = discard(of: &time) else { break }
            dropped += count
        }
    }

    /// Waits for the peer to acknowledge all of its answers, as long as it makes progress. Meanwhile it discards what the peer sends,
    /// without a bound: otherwise a client that writes before it reads would never get to its answers.
    private func deliver() -> Delivery {
        var time = AttendedTime(desk.service.configuration.writeTimeout)
        let lump = Progress.lump(acknowledgedBefore: Socket.acknowledgedBytes(socket.number))
        time.earn(Progress.duration(acknowledged: lump))
        var owed = Lingering.owed(socket.number)
        while owed > 0, desk.phase != .over {
            if time.isOver { return .timedOut }
            switch discard(of: &time) {
            case .bytes: break
            case .broken: return .ended
            case .endOfStream:
                guard desk.phase != .serving, Socket.connectionError(socket.number) == nil else { return .ended }
                let begin = Instant.now
                Thread.sleep(for: Self.lookInterval)
                time.pass(since: begin, expected: Self.lookInterval)
            }
            let rest = Lingering.owed(socket.number)
            time.earn(Progress.duration(acknowledged: owed - rest))
            owed = rest
        }
        return .acknowledged
    }

    /// The outcome of waiting for bytes to discard.
    private enum Discarded {
        /// This many bytes, perhaps none.
        case bytes(Int)
        case endOfStream
        case broken
    }

    /// Waits for bytes until the next check of the send queue, and discards them.
    private func discard(of time: inout AttendedTime) -> Discarded {
        let begin = Instant.now
        let interval = min(Self.lookInterval, time.left)
        defer { time.pass(since: begin, expected: interval) }
        guard Poll.isReadable(socket.number, timeout: interval) else { return .bytes(0) }
        switch unsafe Socket.receive(socket.number, into: memory.space.input) {
        case .bytes(let count): return .bytes(count)
        case .interrupted, .wouldBlock: return .bytes(0)
        case .endOfStream: return .endOfStream
        case .failed: return .broken
        }
    }
}

// MARK: - From thread to thread

extension Conversation {
    /// Packs the conversation into its own memory, for another thread: starting a thread must not need other memory.
    consuming func packed() -> UnsafeMutableRawPointer {
        let place = unsafe memory.space.base
        // SAFETY: between reads the memory holds nothing else; it is large and aligned enough for a few words.
        unsafe place.bindMemory(to: Conversation.self, capacity: 1).initialize(to: self)
        return unsafe place
    }

    /// Unpacks what `packed()` returned, once.
    static func unpacked(_ place: UnsafeMutableRawPointer) -> Conversation {
        // SAFETY: the caller's contract.
        unsafe place.assumingMemoryBound(to: Conversation.self).move()
    }

    /// Tells the client why it is not served after all, and closes its connection.
    consuming func turnAway(_ line: ServerLine) { Self.turnAway(socket, line, desk) }

    /// Tells a client why it is not served, and closes its connection. It never blocks, since a fresh socket has room for a line, and
    /// uses no memory except the stack.
    static func turnAway(_ socket: consuming Descriptor, _ line: ServerLine, _ desk: LessonDesk) {
        let number = socket.number
        // SAFETY: room for any line and for every read; only bytes that were written are read from it.
        unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 10, alignment: 1) { memory in
            let count = unsafe line.write(to: memory.baseAddress!)
            let told = unsafe UnsafeRawBufferPointer(rebasing: memory[..<count])
            guard case .bytes(let sent) = unsafe Socket.send(number, told, isLast: true) else { return }
            desk.count(told: sent)
            Socket.endSending(number)
            // Closing with unread bytes would send a reset, which destroys the line. A client that goes on sending may lose it.
            var dropped = 0
            while dropped < Lingering.bytesOfTurnedAway, Socket.queuedBytes(number) > 0,
                case .bytes(let count) = unsafe Socket.receive(number, into: memory)
            { dropped += count }
        }
    }
}

// The lesson's `atende_cliente`: one client from its greeting to its end, on a socket that blocks.
internal import EcoProtocol
internal import LinuxIO

/// A conversation with one client, held by a thread that has nothing else to do.
struct Conversation: ~Copyable {
    /// What it is to come to.
    enum Purpose {
        /// The client with this ticket is served.
        case service(Admission.Ticket)
        /// The client is told why it is not.
        case refusal(ServerLine)
    }

    /// Many threads may converse at the same time: a read is smaller than the reactor's, which has one for all.
    static let readCapacity = 16 << 10
    /// How often a thread looks at its send queue: no event tells of acknowledgements.
    private static let lookInterval = Duration.milliseconds(100)

    let desk: LessonDesk
    private let socket: Descriptor
    private let memory: AnswerMemory
    private let purpose: Purpose
    private var session = Session()
    /// The bytes still to be answered when the server leaves; nil while it does not.
    private var left: Int?
    /// While the server left, it was read past an urgent byte, which hides from FIONREAD what stands behind it.
    private var isPastUrgentMark = false

    init(
        _ desk: LessonDesk, _ socket: consuming Descriptor, _ memory: consuming AnswerMemory, _ purpose: Purpose
    ) {
        self.desk = desk
        self.socket = socket
        self.memory = memory
        self.purpose = purpose
    }

    /// Does all that there is to it, and counts the client out; the memory is free for the next then. Blocks.
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
            memory.page[.bytesIn] &+= UInt64(count)
            memory.page.count(answer)
            desk.service.configuration.work.perform(texts: answer.texts)
            guard unsafe sendAll(memory.space[answer.bytes]) else { return broken }
            if let ending = Ending(answer.verdict) { return linger(ending) }
        }
    }

    /// Tells the client why it is not served, and lingers.
    private func refuse(_ line: ServerLine) {
        if unsafe sendAll(memory.write(line)) { _ = lingerOn() }
    }

    /// Reads once: the bytes' count; 0 at the end, the client's or the server's; nil if the connection is broken.
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
        // Nothing is left that a reset could follow: the kernel delivers the rest by itself. Only who leaves waits to see it.
        return ending == .endOfStream && desk.phase == .serving ? ending : linger(ending)
    }

    /// Sends all bytes; false if the connection is broken, or time is over.
    ///
    /// They are counted before: a client that has received them finds them counted.
    private func sendAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var sent = 0
        memory.page[.bytesOut] &+= UInt64(bytes.count)
        defer { memory.page[.bytesOut] &-= UInt64(bytes.count - sent) }
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

    // MARK: - Ending

    /// Ends the sending side and reads on until the client ends its own, for a while: closing with unread bytes would send a
    /// reset, which destroys the answers that are still on their way.
    private func linger(_ ending: Ending) -> Ending {
        if lingerOn() == .timedOut { desk.noteLoss() }
        return ending
    }

    /// What became of the last answers.
    private enum Delivery {
        /// The client has acknowledged all, or the server's time is over.
        case acknowledged
        /// The client has gone, or has ended its side, behind which the kernel delivers by itself.
        case ended
        case timedOut
    }

    /// The while begins when the client has acknowledged all that it is owed.
    private func lingerOn() -> Delivery {
        guard Socket.endSending(socket.number) else { return .ended }
        let delivery = deliver()
        guard delivery == .acknowledged else { return delivery }
        var time = AttendedTime(Lingering.time)
        var dropped = 0
        while !time.isOver, dropped < Lingering.bytes, desk.phase != .over {
            guard case .bytes(let count) = discard(of: &time) else { break }
            dropped += count
        }
        return delivery
    }

    /// Waits for the peer to acknowledge all that it is owed, as long as it goes on doing so, and drops what it sends
    /// meanwhile, without a bound: a client that writes before it reads would not come to its answers otherwise.
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

    /// What came of waiting for bytes that are dropped.
    private enum Discarded {
        /// So many bytes, perhaps none.
        case bytes(Int)
        case endOfStream
        case broken
    }

    /// Waits for bytes until the next look at the send queue, and drops them.
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
    /// Packs the whole of it into its own memory, for another thread: starting one has to take no other memory.
    consuming func packed() -> UnsafeMutableRawPointer {
        let place = unsafe memory.space.base
        // SAFETY: nothing else is kept in the memory between reads; it is large and aligned enough for a few words.
        unsafe place.bindMemory(to: Conversation.self, capacity: 1).initialize(to: self)
        return unsafe place
    }

    /// Unpacks what `packed()` returned, once.
    static func unpacked(_ place: UnsafeMutableRawPointer) -> Conversation {
        // SAFETY: the caller's contract.
        unsafe place.assumingMemoryBound(to: Conversation.self).move()
    }

    /// Tells the client why it is not served after all, and leaves it.
    consuming func turnAway(_ line: ServerLine) { Self.turnAway(socket, line, desk) }

    /// Tells a client why it is not served, and leaves it. Never blocks, a fresh socket has room for a line, and takes no
    /// memory but the stack's.
    static func turnAway(_ socket: consuming Descriptor, _ line: ServerLine, _ desk: LessonDesk) {
        let number = socket.number
        // SAFETY: room for any line, and no read brings more; nothing is read from it that was not written.
        unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 10, alignment: 1) { memory in
            let count = unsafe line.write(to: memory.baseAddress!)
            let told = unsafe UnsafeRawBufferPointer(rebasing: memory[..<count])
            guard case .bytes(let sent) = unsafe Socket.send(number, told, isLast: true) else { return }
            desk.count(told: sent)
            Socket.endSending(number)
            // Closing with unread bytes would send a reset, which destroys the line. Who goes on sending may lose it.
            var dropped = 0
            while dropped < Lingering.bytesOfTurnedAway, Socket.queuedBytes(number) > 0,
                case .bytes(let count) = unsafe Socket.receive(number, into: memory)
            { dropped += count }
        }
    }
}

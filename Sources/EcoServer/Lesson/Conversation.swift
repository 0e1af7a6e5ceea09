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

    let desk: LessonDesk
    let socket: Descriptor
    let memory: AnswerMemory
    private let purpose: Purpose
    private var session = Session()
    /// What it does, and what is next: the same machine as that of the event loops.
    var life = ConnectionLife()

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
        _ = life.take(.greeted)
        while true {
            guard let count = receive() else { return broken }
            if count == 0 { return finish() }
            let answer = session.answer(
                in: memory.space, count: count, invalidBytes: desk.service.configuration.invalidBytes)
            memory.page.add(UInt64(count), to: .bytesIn)
            memory.page.count(answer)
            desk.service.configuration.work.perform(texts: answer.texts)
            guard unsafe sendAll(memory.space[answer.bytes]) else { return broken }
            if let ending = Ending(answer.verdict) { return end(ending) }
        }
    }

    /// Tells the client why it is not served, and lingers: from the line on, so that the time of refusals is bounded.
    private mutating func refuse(_ line: ServerLine) {
        guard unsafe sendAll(memory.write(line)), Socket.endSending(socket.number) else { return }
        _ = life.take(.refused)
        discardInput()
    }

    /// Reads once: returns the number of bytes; 0 at the end, the client's or the server's; nil if the connection is broken.
    private mutating func receive() -> Int? {
        var skipsUrgentByte = false
        while true {
            if desk.phase != .serving, life.flags.lacks(.draining) {
                _ = life.take(.serverLeaves(queued: Socket.queuedBytes(socket.number)))
            }
            if desk.phase == .over { return 0 }
            let isDraining = life.flags.contains(.draining)
            if isDraining, life.amount == 0, !skipsUrgentByte {
                // An urgent byte may hide the rest of the queue; a read skips it.
                guard life.flags.lacks(.pastUrgentMark), Socket.isAtUrgentMark(socket.number) else { return 0 }
                _ = life.take(.passesUrgentMark)
                skipsUrgentByte = true
            }
            let most = isDraining && !skipsUrgentByte ? Int(life.amount) : Self.readCapacity
            switch unsafe Socket.receive(socket.number, into: .init(rebasing: memory.space.input.prefix(most))) {
            case .bytes(let count):
                _ = life.take(.received(count, queued: skipsUrgentByte ? Socket.queuedBytes(socket.number) : 0))
                return count
            case .endOfStream:
                _ = life.take(.endOfStream)
                return 0
            case .interrupted: continue
            case .wouldBlock: rest()
            case .failed: return nil
            }
        }
    }

    /// Answers what is held, and ends.
    private mutating func finish() -> Ending {
        let ending = life.flags.contains(.endOfStream) ? Ending.endOfStream : .drained
        let answer = session.finish(
            in: memory.space, invalidBytes: ending.policy(desk.service.configuration.invalidBytes))
        memory.page.count(answer)
        guard unsafe sendAll(memory.space[answer.bytes]) else { return broken }
        return end(Ending(answer.verdict) ?? ending)
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
}

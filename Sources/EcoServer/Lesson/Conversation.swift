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
        var step = life.take(.greeted)
        while true {
            if desk.phase != .serving, life.mustHearOfLeaving {
                step = life.take(.serverLeaves(queued: Socket.queuedBytes(socket.number)))
            }
            if step == .finish {
                guard life.mayBeAtUrgentMark, Socket.isAtUrgentMark(socket.number) else {
                    return finish(life.finalEnding)
                }
                step = life.take(.passesUrgentMark)
            }
            if desk.phase == .over { return finish(.cut) }
            switch receive() {
            case .bytes(let count):
                if let ending = answer(count) { return ending }
                step = life.take(.answered)
            case .endOfStream: step = life.take(.endOfStream)
            case .wouldBlock: step = noteNothingRead()
            case .interrupted: step = .wait
            case .failed: return broken
            }
        }
    }

    /// Reads once. Blocks, unless the server leaves: then only what the queue holds is read.
    private func receive() -> ReceiveOutcome {
        guard life.flags.contains(.draining) else {
            return unsafe Socket.receive(socket.number, into: memory.space.input)
        }
        let input = unsafe memory.space.input.prefix(life.readLimit ?? Self.readCapacity)
        return unsafe Socket.receiveNow(socket.number, into: .init(rebasing: input))
    }

    /// Answers what was read. Returns how the session ends, or nil if it goes on.
    private mutating func answer(_ count: Int) -> Ending? {
        _ = life.take(.received(count, queued: life.asksForQueue ? Socket.queuedBytes(socket.number) : 0))
        let answer = session.answer(
            in: memory.space, count: count, invalidBytes: desk.service.configuration.invalidBytes)
        memory.page.add(UInt64(count), to: .bytesIn)
        memory.page.count(answer)
        desk.service.configuration.work.perform(texts: answer.texts)
        guard unsafe sendAll(memory.space[answer.bytes]) else { return broken }
        guard let ending = Ending(answer.verdict) else { return nil }
        return end(ending)
    }

    /// A read has brought nothing: nothing is left, or the kernel had no memory for it. A signal that comes at an urgent byte looks the
    /// same, and FIONREAD does not count what is behind that byte.
    private mutating func noteNothingRead() -> ConnectionStep {
        let queued = Socket.isAtUrgentMark(socket.number) ? 1 : Socket.queuedBytes(socket.number)
        let step = life.take(.nothingRead(queued: queued))
        if step == .wait { rest() }
        return step
    }

    /// Tells the client why it is not served, and lingers: from the line on, so that the time of refusals is bounded.
    private mutating func refuse(_ line: ServerLine) {
        guard unsafe sendAll(memory.write(line)), Socket.endSending(socket.number) else { return }
        _ = life.take(.refused)
        discardInput()
    }

    /// Answers what is held, and ends.
    private mutating func finish(_ ending: Ending) -> Ending {
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

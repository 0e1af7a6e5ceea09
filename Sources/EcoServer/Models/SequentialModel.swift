// The model `sequential`: the lesson before the lesson, one client at a time.
public import LinuxIO

/// One client after the other; the others wait in the backlog.
///
///     accept ──► greet, [ recv, upper case, send ] until it leaves, close ──► accept the next …
///
/// What it costs: 1 thread, 2 system calls a message, nothing for those who wait but their place in the kernel's queue. What
/// is wrong with it: one client that says nothing keeps everybody waiting. It is here to be compared with.
///
/// The client's side of it is in `Lesson/Conversation.swift`.
public enum SequentialModel: ConcurrencyModel {
    public static let names = ["sequential"]
    public static let keeps: Set<Capability> = []
    public static let summary = "the lesson before it: one client at a time"

    public static func serve(_ service: Service, at listeners: Listeners) throws(SystemError) -> ServerOutcome {
        let desk = try LessonDesk(service, limitsAddresses: false)
        // One client at a time, one memory for all.
        var memory: AnswerMemory? = try AnswerMemory(readCapacity: Conversation.readCapacity)
        service.tellOfStart(at: listeners.addresses)
        while let client = desk.nextClient(at: listeners) {
            guard let ticket = admit(client, desk) else { break }
            service.console.accepted(client.peer)
            if desk.phase == .serving {
                memory = Conversation(desk, client.socket, memory.take()!, .service(ticket)).hold()
            } else {
                leave(client.socket, ticket, desk, &memory)
            }
        }
        listeners.close()
        return desk.close()
    }

    /// Lets a client in: there is always room for one; while the server leaves, as soon as another has left. Nil when it is all over.
    private static func admit(_ client: borrowing LessonClient, _ desk: LessonDesk) -> Admission.Ticket? {
        while true {
            if case .admitted(let ticket) = desk.admit(client) { return ticket }
            guard desk.phase != .over else { return nil }
            desk.rest()
        }
    }

    /// Who waits in the backlog while the server leaves is greeted, and lingers, on a thread of its own: one after the other,
    /// with two seconds for each, they would run out of time. If the system gives no thread, or no memory for one, so be it.
    private static func leave(
        _ socket: consuming Descriptor, _ ticket: Admission.Ticket, _ desk: LessonDesk, _ memory: inout AnswerMemory?
    ) {
        guard let own = try? AnswerMemory(readCapacity: Conversation.readCapacity) else {
            memory = Conversation(desk, socket, memory.take()!, .service(ticket)).hold()
            return
        }
        switch desk.start(Conversation(desk, socket, own, .service(ticket))) {
        case .started: break
        case .failed(let conversation, _): conversation.hold()
        }
    }
}

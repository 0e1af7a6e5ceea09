// The model `sequential`: the lesson before the lesson, one client at a time.
public import LinuxIO

/// One client after the other; the others wait in the backlog.
///
///     accept ──► greet, [ recv, upper case, send ] until it leaves, close ──► accept the next …
///
/// Costs: 1 thread, 2 system calls per message; a waiting client costs only its place in the kernel's queue. Its fault: one silent client
/// keeps all others waiting. It is here for comparison.
///
/// The client's side of it is in `Lesson/Conversation.swift`.
public enum SequentialModel: ConcurrencyModel {
    public static let names = ["sequential"]
    public static let keeps: Set<Capability> = []
    public static let summary = "the lesson before it: one client at a time"

    public static func serve(_ service: Service, at listeners: Listeners) throws(SystemError) -> ServerOutcome {
        let desk = try LessonDesk(service, at: listeners)
        // One client at a time, so one memory for all.
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

    /// Admits a client: there is always room for one; while the server leaves, as soon as another has left. Nil when the time is over.
    private static func admit(_ client: borrowing LessonClient, _ desk: LessonDesk) -> Admission.Ticket? {
        while true {
            if case .admitted(let ticket) = desk.admit(client) { return ticket }
            guard desk.phase != .over else { return nil }
            desk.rest()
        }
    }

    /// Clients that wait in the backlog while the server leaves are greeted, and linger, each on its own thread: one after the other,
    /// with two seconds each, they would run out of time. If the system has no thread, or no memory for one, that cannot be helped.
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

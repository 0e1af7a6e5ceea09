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
        let desk = try LessonDesk(service)
        // One client at a time, one memory for all.
        var memory: AnswerMemory? = try AnswerMemory(readCapacity: Conversation.readCapacity)
        service.tellOfStart(at: listeners.addresses)
        while let client = desk.nextClient(at: listeners) {
            // There is always room for one; while the server leaves, as soon as another has left.
            var number = desk.admit(client.socket)
            while number == nil, desk.phase != .over {
                desk.rest()
                number = desk.admit(client.socket)
            }
            guard let number else { break }
            service.console.accepted(client.peer)
            if desk.phase == .serving {
                memory = Conversation(desk, client.socket, memory.take()!, .service(number)).hold()
            } else {
                leave(client.socket, number, desk, &memory)
            }
        }
        listeners.close()
        return desk.close()
    }

    /// Who waits in the backlog while the server leaves is greeted, and lingers, on a thread of its own: one after the other,
    /// with two seconds for each, they would run out of time. If the system gives no thread, or no memory for one, so be it.
    private static func leave(
        _ socket: consuming Descriptor, _ number: UInt64, _ desk: LessonDesk, _ memory: inout AnswerMemory?
    ) {
        guard let own = try? AnswerMemory(readCapacity: Conversation.readCapacity) else {
            memory = Conversation(desk, socket, memory.take()!, .service(number)).hold()
            return
        }
        switch desk.start(Conversation(desk, socket, own, .service(number))) {
        case .started: break
        case .failed(let conversation, _): conversation.hold()
        }
    }
}

// The model `threads`: the lesson itself, a thread per client.
internal import EcoProtocol
public import LinuxIO
internal import Logging

/// A thread for each client, as in the lesson.
///
///     accept ──► thread 1: greet, [ recv, upper case, send ], close      every call waits until it is done
///         ├────► thread 2: greet, [ recv, upper case, send ], close
///         └────► …
///
/// Costs: 1 thread and 1 descriptor per client, about 20 KB of user memory for the thread's stack and its read, and as much again in the
/// kernel; 2 system calls per message, and a thread switch where the reactor has none. Its advantage: the code for a client reads from
/// top to bottom, and work that blocks holds up only its own client. Its limit: the system's limit on threads (`kernel.threads-max`,
/// `pids.max`: tens of thousands), or before that memory or the scheduler.
///
/// The client's side of it is in `Lesson/Conversation.swift`.
public enum ThreadsModel: ConcurrencyModel {
    public static let names = ["threads"]
    public static let keeps: Set<Capability> = [
        .manyClients, .addressLimit, .independentWork, .threadPerClient,
    ]
    public static let summary = "the lesson: a thread per client"

    public static func serve(_ service: Service, at listeners: Listeners) throws(SystemError) -> ServerOutcome {
        let desk = try LessonDesk(service, at: listeners)
        // For a client for which there is no memory, if no other client is served.
        var spare: AnswerMemory? = try AnswerMemory(readCapacity: Conversation.readCapacity)
        service.tellOfStart(at: listeners.addresses)
        while let client = desk.nextClient(at: listeners) { receive(client, desk, &spare) }
        listeners.close()
        return desk.close()
    }

    /// Gives a client its own thread, or refuses it.
    private static func receive(
        _ client: consuming LessonClient, _ desk: LessonDesk, _ spare: inout AnswerMemory?
    ) {
        let ticket: Admission.Ticket
        switch desk.admit(client) {
        case .admitted(let admitted): ticket = admitted
        case .refused(let cause): return refuse(client.socket, cause, desk)
        }
        let peer = client.peer
        do throws(SystemError) {
            let memory = try AnswerMemory(readCapacity: Conversation.readCapacity)
            switch desk.start(Conversation(desk, client.socket, memory, .service(ticket))) {
            case .started:
                desk.noteRelief()
                desk.service.console.accepted(peer)
            case .failed(let conversation, let error):
                guard let line = withdraw(ticket, desk, error) else {
                    desk.service.console.accepted(peer)
                    conversation.hold()
                    return
                }
                conversation.turnAway(line)
            }
        } catch {
            guard let line = withdraw(ticket, desk, error) else {
                desk.service.console.accepted(peer)
                spare = Conversation(desk, client.socket, spare.take()!, .service(ticket)).hold()
                return
            }
            Conversation.turnAway(client.socket, line, desk)
        }
    }

    /// The system has no thread, or no memory, for a client: that is the limit in force. Takes back the client's admission and returns
    /// the line for it. Nil if there are no other clients: then the accepting thread serves it after all.
    private static func withdraw(_ ticket: Admission.Ticket, _ desk: LessonDesk, _ error: SystemError) -> ServerLine? {
        if desk.noteShortage() {
            desk.service.tellOfShortage(error)
        }
        return desk.withdraw(ticket, .resources)
    }

    /// Tells a client why it is not served, on its own thread: that may take two seconds. If there is no thread for it, or too many
    /// refused clients linger already, the line is sent and the connection closed at once.
    private static func refuse(_ socket: consuming Descriptor, _ cause: Refusal, _ desk: LessonDesk) {
        let (line, mayLinger) = desk.refuse(socket.number, cause)
        guard mayLinger else { return Conversation.turnAway(socket, line, desk) }
        // Without memory, the line is sent from the stack.
        guard let memory = try? AnswerMemory(readCapacity: Conversation.readCapacity) else {
            desk.dismissRefused()
            return Conversation.turnAway(socket, line, desk)
        }
        switch desk.start(Conversation(desk, socket, memory, .refusal(line))) {
        case .started: break
        case .failed(let conversation, _):
            desk.dismissRefused()
            conversation.turnAway(line)
        }
    }
}

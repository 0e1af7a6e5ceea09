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
/// What it costs: 1 thread and 1 descriptor a client, about 20 KB of user memory for the thread's stack and its read, and as
/// much again in the kernel; 2 system calls a message, and a switch of threads where the reactor has none. What it is good
/// for: the code of a client reads from top to bottom, and what blocks holds up only its own client. Where it ends: at some
/// thousands of clients, by memory, by the scheduler, or by the system's limit on threads.
///
/// The client's side of it is in `Lesson/Conversation.swift`.
public enum ThreadsModel: ConcurrencyModel {
    public static let names = ["threads"]
    public static let tier = ModelTier.lesson
    public static let summary = "the lesson: a thread per client"

    public static func serve(_ service: Service, at listeners: Listeners) throws(SystemError) -> ServerOutcome {
        let desk = try LessonDesk(service)
        service.console.waits(at: listeners.addresses)
        while let client = desk.nextClient(at: listeners) { receive(client, desk) }
        listeners.close()
        return desk.close()
    }

    /// Gives a client a thread of its own, or refuses it.
    private static func receive(_ client: consuming LessonClient, _ desk: LessonDesk) {
        guard let number = desk.admit(client.socket) else {
            return refuse(client.socket, .full(limit: desk.service.limits.maxClients), desk, .full)
        }
        let peer = client.peer
        let socket = client.socket.release()
        do {
            try desk.start {
                var conversation = Conversation(desk, Descriptor(owning: socket))
                desk.dismiss(conversation.serve(client: number))
            }
            desk.service.console.accepted(peer)
        } catch {
            // The system gives no more threads: that is the limit in force.
            desk.service.logger.warning("no thread for a client: \(error)")
            refuse(Descriptor(owning: socket), .full(limit: desk.withdraw()), desk, .resources)
        }
    }

    /// Tells a client that the server is full, on a thread of its own: it may take two seconds to hear it. Where there is no
    /// thread for it, or enough linger already, it is told and closed at once.
    private static func refuse(
        _ socket: consuming Descriptor, _ line: ServerLine, _ desk: LessonDesk, _ cause: Refusal
    ) {
        guard desk.refuse(cause) else { return Conversation(desk, socket).turnAway(line) }
        let number = socket.release()
        do {
            try desk.start {
                Conversation(desk, Descriptor(owning: number)).refuse(line)
                desk.dismissRefused()
            }
        } catch {
            Conversation(desk, Descriptor(owning: number)).turnAway(line)
            desk.dismissRefused()
        }
    }
}

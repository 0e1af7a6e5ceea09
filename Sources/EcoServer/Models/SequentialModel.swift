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
    public static let tier = ModelTier.lesson
    public static let summary = "the lesson before it: one client at a time"

    public static func serve(_ service: Service, at listeners: Listeners) throws(SystemError) -> ServerOutcome {
        let desk = try LessonDesk(service)
        service.console.waits(at: listeners.addresses)
        while let client = desk.nextClient(at: listeners) {
            // There is always room for one.
            guard let number = desk.admit() else { continue }
            service.console.accepted(client.peer)
            var conversation = Conversation(desk, client.socket)
            desk.dismiss(conversation.serve(client: number))
        }
        listeners.close()
        return desk.close()
    }
}

// The events of one wait, for pollers whose kernel does not list them.
internal import LinuxIO
internal import SystemPackage

/// One event. (Nested in the list and private, it crashes the compiler of Swift 6.3.1.)
struct ReadyEvent: BitwiseCopyable, Sendable {
    let token: Token
    let readiness: Readiness
}

/// Events, with room for a fixed number of them.
struct ReadyList: ~Copyable {
    private var events = CheckedArray<ReadyEvent>()

    mutating func reserve(_ capacity: Int) throws(SystemError) {
        guard events.reserve(capacity) else { throw .noMemoryToWatch }
    }

    var count: Int { events.count }

    mutating func removeAll() { events.removeAll(keepingCapacity: true) }

    mutating func append(_ token: Token, _ readiness: Readiness) {
        let hasRoom = events.append(ReadyEvent(token: token, readiness: readiness))
        precondition(hasRoom, "more events than there is room for")
    }

    subscript(index: Int) -> (token: Token, readiness: Readiness) { (events[index].token, events[index].readiness) }
}

extension SystemError {
    static var noMemoryToWatch: Self { Self(.noMemory, in: .malloc) }
}

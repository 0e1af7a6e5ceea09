// What a model may keep beyond what all models keep.

/// A promise that some models make and others do not. Warnings, tests and the table in `Docs/protocol.md` are made from these.
///
/// What every model keeps needs no name: the protocol on the wire, no lost byte, refusal at the limit on clients, a clean exit,
/// keepalive, and the lesson's lines.
public enum Capability: String, CaseIterable, Sendable {
    /// Many clients are served at the same time.
    case manyClients
    /// Clients per address are limited: `--max-clients-per-address`.
    case addressLimit
    /// A client that is silent for too long is told so, and its session ends: `--idle-timeout`.
    case idleTimeout
    /// A client that does not take its answers is ended while it is served, and not only when its session ends: `--write-timeout`.
    case writeTimeout
    /// The sum of the answers that clients have not taken is bounded: `--max-pending`.
    case pendingBound
    /// A client for which there is no descriptor or no memory gets a line that says so.
    case politeShortage
    /// One thread's event loop serves all clients; its counters are used: `pendingBytes`, `clientsNotReadFrom`,
    /// `longestTurnMicroseconds`, `staleEvents`.
    case eventLoop
    /// Worker threads do the work of texts: `--workers`.
    case workers
    /// A text that takes long, or blocks, holds up no other client.
    case independentWork
    /// Each client has its own thread, for which the system may have no room or no memory.
    case threadPerClient

    /// Its name in the table of the documents; the names of its options follow there.
    public var text: String {
        switch self {
        case .manyClients: "many clients at the same time"
        case .addressLimit: "a limit on clients per address"
        case .idleTimeout: "an end for clients that say nothing for long"
        case .writeTimeout: "an end for clients that do not take their answers"
        case .pendingBound: "a bound on the answers that clients have not taken"
        case .politeShortage: "a polite line when descriptors or memory run out (else clients wait in the backlog)"
        case .eventLoop: "the counters of an event loop (else they stay 0)"
        case .workers: "threads that do the work of texts"
        case .independentWork: "work of one client that holds up no other"
        case .threadPerClient: "a thread per client"
        }
    }
}

extension Set<Capability> {
    /// What a server on an event loop keeps.
    static let ofEventLoop: Self = [
        .manyClients, .addressLimit, .idleTimeout, .writeTimeout, .pendingBound, .politeShortage, .eventLoop,
    ]
}

// What a model may keep beyond what all do.

/// A promise that some models make and others do not. Warnings, tests and the table in `Docs/protocol.md` come from these.
///
/// What every model keeps needs no name: the protocol on the wire, no lost byte, refusal at the limit on clients, leaving in good
/// order, keepalive, and the lesson's lines.
public enum Capability: String, CaseIterable, Sendable {
    /// Many clients are served at the same time.
    case manyClients
    /// Clients per address are limited: `--max-clients-per-address`.
    case addressLimit
    /// A client that says nothing for long is told so, and ended: `--idle-timeout`.
    case idleTimeout
    /// A client that does not take its answers is ended while it is served, and not only when its session ends:
    /// `--write-timeout`.
    case writeTimeout
    /// The answers that clients have not taken are bounded in all: `--max-pending`.
    case pendingBound
    /// Whoever finds no descriptor, or no memory, is told so in a line.
    case politeShortage
    /// One thread's event loop serves all clients; its counters are there: `pendingBytes`, `clientsNotReadFrom`,
    /// `longestTurnMicroseconds`, `staleEvents`.
    case eventLoop
    /// The work of texts is done by threads of their own: `--workers`.
    case workers

    /// What the table in the documents calls it; the options that it is for follow there.
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
        }
    }
}

extension Set<Capability> {
    /// What a server on an event loop keeps.
    static let ofEventLoop: Self = [
        .manyClients, .addressLimit, .idleTimeout, .writeTimeout, .pendingBound, .politeShortage, .eventLoop,
    ]
}

// What a connection may require.

/// What has to be done next.
enum ConnectionStep: String, Equatable, Sendable {
    /// Only wait, for what the state waits for.
    case wait
    /// Read once, and answer.
    case read
    /// Send the pending answers, once.
    case flush
    /// Read once, and discard it.
    case discard
    /// Stop watching it.
    case park
    /// Nothing more is to be read, unless an urgent byte hides it (`mayBeAtUrgentMark`): answer what the session holds, which is the last
    /// answer.
    case finish
    /// End the sending side.
    case endSending
    case close
}

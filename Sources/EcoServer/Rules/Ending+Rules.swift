// How sessions end: the rules that every model keeps, whatever does its I/O.
internal import EcoProtocol
internal import LinuxIO

extension Ending {
    /// How an answer ends the session; nil if it goes on.
    @inline(__always)
    init?(_ verdict: Verdict) {
        switch verdict {
        case .goOn: return nil
        case .goodbye: self = .goodbye
        case .invalid: self = .invalidText
        }
    }

    /// What bytes come to that are held when a session ends so and are no whole character. Where it is the server that ends, that is
    /// not the client's fault: they go back unchanged.
    func policy(_ configured: InvalidBytes) -> InvalidBytes { self == .drained ? .keep : configured }

    /// Whether all that the client is owed was sent, so that its connection lingers; else it is closed at once.
    var isInGoodOrder: Bool {
        switch self {
        case .goodbye, .endOfStream, .idle, .invalidText, .drained: true
        case .broken, .resources, .writeTimeout, .pendingLimit, .cut: false
        }
    }

    /// Whether the client does not get all that it is owed, and that is not its own doing: a server that leaves tells of it.
    var isLoss: Bool {
        switch self {
        case .resources, .writeTimeout, .pendingLimit, .cut: true
        case .goodbye, .endOfStream, .broken, .idle, .invalidText, .drained: false
        }
    }
}

/// What happens between the last answer and the close.
enum Lingering {
    /// A connection that has ended its sending side, and whose peer has all that it is owed, is closed within two seconds: the tick
    /// under way, and this.
    static let time = Duration.milliseconds(1900)
    /// The most that is read and dropped meanwhile.
    static let bytes = 1 << 20
    /// The most reads from a client that is told something and closed without lingering: a reset would destroy the line.
    static let readsOfTurnedAway = 64

    /// What a peer has not acknowledged of its answers, once the sending side has ended: the end counts as a byte.
    static func owed(_ descriptor: Int32) -> Int { max(0, Socket.unacknowledgedBytes(descriptor) - 1) }
}

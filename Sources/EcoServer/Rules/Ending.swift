// How sessions end: the rules that every model keeps, whatever does its I/O.
internal import EcoProtocol

/// Why a session ended.
public enum Ending: Int, CaseIterable, Sendable {
    /// The client said goodbye.
    case goodbye
    /// The client ended its side.
    case endOfStream
    /// The connection broke: a reset, an unreachable or vanished peer.
    case broken
    /// The client sent nothing for too long.
    case idle
    /// The client did not take its answers for too long.
    case writeTimeout
    /// The client's untaken answers were the worst when the bound on their sum was reached.
    case pendingLimit
    /// A text was not UTF-8, and the policy is to close.
    case invalidText
    /// The server left, and had answered all.
    case drained
    /// The server left, and ran out of time.
    case cut
    /// There was no memory for what it was owed or had said, or the kernel would not watch the descriptor any longer.
    case resources

    /// What operators are told of it.
    var help: String {
        switch self {
        case .goodbye: "the client said `tchau`"
        case .endOfStream: "the client ended its side"
        case .broken: "reset, unreachable, or vanished and given up by keepalive"
        case .idle: "`--idle-timeout`"
        case .writeTimeout: "`--write-timeout`"
        case .pendingLimit: "held the most when `--max-pending` was passed"
        case .invalidText: "`--invalid-utf8 close`"
        case .drained: "the server left and had answered all"
        case .cut: "the server left and time ran out"
        case .resources:
            "there was no memory for its answers or texts, or the kernel would not watch the descriptor (memory, or `max_user_watches`)"
        }
    }
}

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

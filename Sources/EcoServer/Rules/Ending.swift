// How sessions end: the rules that every model keeps, for any code that does the I/O.
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
    /// The client had the most untaken answers when the bound on their sum was reached.
    case pendingLimit
    /// A text was not UTF-8, and the policy is to close.
    case invalidText
    /// The server left, and had answered everything.
    case drained
    /// The server left, and ran out of time.
    case cut
    /// There was no memory for its answers or texts, or the kernel would not watch its descriptor any longer.
    case resources

    /// Its description for operators.
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
    /// How the verdict on an answer ends the session; nil if it goes on.
    @inline(__always)
    init?(_ verdict: Verdict) {
        switch verdict {
        case .goOn: return nil
        case .goodbye: self = .goodbye
        case .invalid: self = .invalidText
        }
    }

    /// What to do with held bytes that are no whole character when a session ends this way. If the server ends it, that is not the
    /// client's fault: the bytes go back unchanged.
    func policy(_ configured: InvalidBytes) -> InvalidBytes { self == .drained || self == .cut ? .keep : configured }

    /// Whether all answers were sent, so that the connection lingers; otherwise it is closed at once.
    var lingers: Bool {
        switch self {
        case .goodbye, .endOfStream, .idle, .invalidText, .drained: true
        case .broken, .resources, .writeTimeout, .pendingLimit, .cut: false
        }
    }

    /// Whether the client does not get all of its answers, through no fault of its own: a server that leaves reports that.
    var isLoss: Bool {
        switch self {
        case .resources, .writeTimeout, .pendingLimit, .cut: true
        case .goodbye, .endOfStream, .broken, .idle, .invalidText, .drained: false
        }
    }
}

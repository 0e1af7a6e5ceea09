// Whether a signal asks again, or is the same request once more.

/// The requests to leave that a program was sent. Terminals, shells and wrappers send one twice: `timeout -s INT` to the program
/// and to its group, a terminal to a wrapper, which passes on what the program has got already. So a second one counts only if
/// it was taken more than 0.2 s after the first.
public struct LeaveRequests: Sendable {
    /// What a request means.
    public enum Meaning: Equatable, Sendable {
        /// Leave in good order.
        case first
        /// The first one, once more.
        case echo
        /// Somebody does not want to wait: leave at once.
        case again
    }

    /// A person is slower, a wrapper faster.
    public static let echoDuration = Duration.milliseconds(200)

    private var first: Instant?

    public init() {}

    /// Takes a request.
    ///
    /// - Parameter moment: when it was taken; requests that were pending together are taken at the same moment. When they were
    ///   sent nobody knows.
    public mutating func take(at moment: Instant) -> Meaning {
        guard let first else {
            self.first = moment
            return .first
        }
        return moment - first > Self.echoDuration ? .again : .echo
    }
}

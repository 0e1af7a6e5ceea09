// How much is asked of a server.

/// A level of the cases; each includes the ones below it.
public enum Level: String, Sendable, CaseIterable, Comparable, Codable {
    /// What the lesson's own server promises.
    case lesson
    /// What TCP and Unicode do to a server that was only tried by hand.
    case robust
    /// What hostile or unlucky clients do.
    case hostile

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

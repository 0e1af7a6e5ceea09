// How much is asked of a server.

/// A level of the cases; each takes the ones before it for granted.
public enum Level: String, Sendable, CaseIterable, Comparable, Codable {
    /// What the lesson's own server promises.
    case lesson
    /// What TCP and Unicode do to a server that was only tried by hand.
    case robust
    /// What clients do that mean harm, or have no luck.
    case hostile

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

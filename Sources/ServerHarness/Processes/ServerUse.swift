// What a server has used.

/// What the server's processes used in the measured window, in total; known only with `--pid`.
public struct ServerUse: Sendable, Codable, Equatable {
    public var pid: Int32
    /// Nil if unknown: processes have started or ended, and no control group has counted their time.
    public var processorSeconds: Double?
    /// As a share of one processor; above 1 if it uses several.
    public var processorShare: Double?
    /// How much of one processor it left idle; never below 0.
    public var idleShare: Double?
    /// At the window's end.
    public var privateBytes: Int
    public var threads: Int
    public var descriptors: Int
    /// In the window: counted from before the warm-up until after it, so as not to disturb it, and scaled to its length.
    public var voluntarySwitches: Int
    public var involuntarySwitches: Int
    public var pageFaults: Int?
    /// True if processes have started or ended: the counts of ended processes are lost, so there were at least this many. Nil in older
    /// documents.
    public var areCountsLeast: Bool?
    /// Before the first client, and at the window's end, with all clients connected.
    public var before: Footprint?
    public var after: Footprint?

    /// What it would have used in a window this many times as long.
    public mutating func scale(by factor: Double) {
        processorSeconds? *= factor
        func scaled(_ count: Int) -> Int { Int(exactly: (Double(count) * factor).rounded()) ?? count }
        voluntarySwitches = scaled(voluntarySwitches)
        involuntarySwitches = scaled(involuntarySwitches)
        pageFaults = pageFaults.map(scaled)
    }
}
